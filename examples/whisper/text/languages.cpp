// SPDX-License-Identifier: Apache-2.0
#include "text/languages.hpp"

#include "text/tokenizer.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace whisper {

namespace {

struct Language {
  std::string_view code;
  std::string_view name;
};

// In the order of their tokens.
constexpr auto kLanguages = std::to_array<Language>({
    {"en", "english"},        {"zh", "chinese"},     {"de", "german"},        {"es", "spanish"},
    {"ru", "russian"},        {"ko", "korean"},      {"fr", "french"},        {"ja", "japanese"},
    {"pt", "portuguese"},     {"tr", "turkish"},     {"pl", "polish"},        {"ca", "catalan"},
    {"nl", "dutch"},          {"ar", "arabic"},      {"sv", "swedish"},       {"it", "italian"},
    {"id", "indonesian"},     {"hi", "hindi"},       {"fi", "finnish"},       {"vi", "vietnamese"},
    {"he", "hebrew"},         {"uk", "ukrainian"},   {"el", "greek"},         {"ms", "malay"},
    {"cs", "czech"},          {"ro", "romanian"},    {"da", "danish"},        {"hu", "hungarian"},
    {"ta", "tamil"},          {"no", "norwegian"},   {"th", "thai"},          {"ur", "urdu"},
    {"hr", "croatian"},       {"bg", "bulgarian"},   {"lt", "lithuanian"},    {"la", "latin"},
    {"mi", "maori"},          {"ml", "malayalam"},   {"cy", "welsh"},         {"sk", "slovak"},
    {"te", "telugu"},         {"fa", "persian"},     {"lv", "latvian"},       {"bn", "bengali"},
    {"sr", "serbian"},        {"az", "azerbaijani"}, {"sl", "slovenian"},     {"kn", "kannada"},
    {"et", "estonian"},       {"mk", "macedonian"},  {"br", "breton"},        {"eu", "basque"},
    {"is", "icelandic"},      {"hy", "armenian"},    {"ne", "nepali"},        {"mn", "mongolian"},
    {"bs", "bosnian"},        {"kk", "kazakh"},      {"sq", "albanian"},      {"sw", "swahili"},
    {"gl", "galician"},       {"mr", "marathi"},     {"pa", "punjabi"},       {"si", "sinhala"},
    {"km", "khmer"},          {"sn", "shona"},       {"yo", "yoruba"},        {"so", "somali"},
    {"af", "afrikaans"},      {"oc", "occitan"},     {"ka", "georgian"},      {"be", "belarusian"},
    {"tg", "tajik"},          {"sd", "sindhi"},      {"gu", "gujarati"},      {"am", "amharic"},
    {"yi", "yiddish"},        {"lo", "lao"},         {"uz", "uzbek"},         {"fo", "faroese"},
    {"ht", "haitian creole"}, {"ps", "pashto"},      {"tk", "turkmen"},       {"nn", "nynorsk"},
    {"mt", "maltese"},        {"sa", "sanskrit"},    {"lb", "luxembourgish"}, {"my", "myanmar"},
    {"bo", "tibetan"},        {"tl", "tagalog"},     {"mg", "malagasy"},      {"as", "assamese"},
    {"tt", "tatar"},          {"haw", "hawaiian"},   {"ln", "lingala"},       {"ha", "hausa"},
    {"ba", "bashkir"},        {"jw", "javanese"},    {"su", "sundanese"},     {"yue", "cantonese"},
});

// Other names of some of them.
constexpr auto kAliases = std::to_array<Language>({
    {"my", "burmese"},
    {"ca", "valencian"},
    {"nl", "flemish"},
    {"ht", "haitian"},
    {"lb", "letzeburgesch"},
    {"ps", "pushto"},
    {"pa", "panjabi"},
    {"ro", "moldavian"},
    {"ro", "moldovan"},
    {"si", "sinhalese"},
    {"es", "castilian"},
    {"zh", "mandarin"},
});

constexpr auto kCodes = [] {
  std::array<std::string_view, kLanguages.size()> codes{};
  std::ranges::transform(kLanguages, codes.begin(), &Language::code);
  return codes;
}();

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

template <std::size_t Size>
std::optional<std::string_view> code_in(const std::array<Language, Size>& languages,
                                        std::string_view name) {
  const auto found = std::ranges::find(languages, name, &Language::name);
  return found == languages.end() ? std::nullopt : std::optional(found->code);
}

}  // namespace

std::span<const std::string_view> language_codes() noexcept { return kCodes; }

std::optional<std::string_view> language_code(std::string_view name) {
  const std::string wanted = lower_case(name);
  if (const auto code = code_in(kLanguages, wanted)) return code;
  if (const auto code = code_in(kAliases, wanted)) return code;
  const auto without_region = std::string_view(wanted).substr(0, wanted.find_first_of("-_"));
  const auto found = std::ranges::find(kLanguages, without_region, &Language::code);
  return found == kLanguages.end() ? std::nullopt : std::optional(found->code);
}

std::string_view language_name(std::string_view code) {
  const auto found = std::ranges::find(kLanguages, code, &Language::code);
  return found == kLanguages.end() ? std::string_view{} : found->name;
}

}  // namespace whisper
