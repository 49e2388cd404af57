// SPDX-License-Identifier: Apache-2.0
// The twin of the conformance app `params`: echoes the parameters it was given.
#include <clams/cli/run.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <string>

namespace {

using clams::Json;
namespace types = clams::types;

void add_single_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "reqStr", .description = "required string", .type = string});
  metadata.add_parameter(
      {.name = "int1", .description = "integer with default", .type = integer, .default_value = 7});
  metadata.add_parameter(
      {.name = "num1", .description = "number with default", .type = number, .default_value = 0.5});
  metadata.add_parameter({.name = "str1",
                          .description = "string with default",
                          .type = string,
                          .default_value = "hello world"});
  metadata.add_parameter({.name = "strEmpty",
                          .description = "string whose default is the empty string",
                          .type = string,
                          .default_value = ""});
  metadata.add_parameter({.name = "boolT",
                          .description = "boolean, default true",
                          .type = boolean,
                          .default_value = true});
  metadata.add_parameter({.name = "boolF",
                          .description = "boolean, default false",
                          .type = boolean,
                          .default_value = false});
}

// Defaults of lists are given as texts, because that is how clients of the other twin see them.
void add_multivalued_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "map1",
                          .description = "map with two default pairs",
                          .type = map,
                          .default_value = Json::array({"k1:v1", "k2:v2"})});
  metadata.add_parameter({.name = "map0",
                          .description = "map with empty default",
                          .type = map,
                          .default_value = Json::array()});
  metadata.add_parameter({.name = "intMulti",
                          .description = "multivalued integer",
                          .type = integer,
                          .default_value = Json::array({"1", "2"}),
                          .multivalued = true});
  metadata.add_parameter({.name = "numMulti",
                          .description = "multivalued number",
                          .type = number,
                          .default_value = Json::array({"0.5"}),
                          .multivalued = true});
  metadata.add_parameter({.name = "strMulti",
                          .description = "multivalued string, empty default",
                          .type = string,
                          .default_value = Json::array(),
                          .multivalued = true});
}

void add_choice_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "choiceStr",
                          .description = "string with choices",
                          .type = string,
                          .choices = {"a", "b", "c d"},
                          .default_value = "a"});
  metadata.add_parameter({.name = "choiceInt",
                          .description = "integer with choices",
                          .type = integer,
                          .choices = {1, 2, 3},
                          .default_value = 2});
  metadata.add_parameter({.name = "choiceNum",
                          .description = "number with choices",
                          .type = number,
                          .choices = {0.5, 1.5, 2.25},
                          .default_value = 1.5});
}

std::string kind_of(const Json& value) {
  if (value.is_boolean()) return "bool";
  if (value.is_string()) return "str";
  if (value.is_array()) return "list";
  if (value.is_number_float()) return "float";
  const bool is_integer = value.is_number_integer() || clams::exact_number_text(value).has_value();
  return is_integer ? "int" : "dict";
}

class Params : public clams::ClamsApp {
 public:
  clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata{
        .name = "Conformance Params",
        .description =
            "Echoes the refined runtime parameters into one Annotation. Non-ASCII: café 你好.",
        .app_license = "Apache-2.0",
        .identifier = "conf-params",
        .url = "https://example.org/conf-params",
        .dependencies = {"clams-python==1.8.0", "nothing-else"},
        .more = {{"note", "conformance only"}, {"quote", "a \"quoted\" <value> & more"}}};
    metadata.add_optional_input(types::kTextDocument);
    metadata.add_input_one_of({types::kVideoDocument, types::kAudioDocument});
    metadata.add_optional_input(types::kTimeFrame,
                                {{"label", {"slate", "chyron"}}, {"timeUnit", "*"}});
    metadata.add_output(types::kAnnotation, {{"echo", "*"}}).description = "the echoed parameters";
    metadata.add_output(types::kTimeFrame,
                        {{"timeUnit", "milliseconds"}, {"labelset", {"a", "b"}}});
    add_single_parameters(metadata);
    add_multivalued_parameters(metadata);
    add_choice_parameters(metadata);
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    clams::View& view = context.new_view(mmif);
    view.add_contains(types::kAnnotation);
    view.add_contains(types::kTimeFrame, {{"timeUnit", "milliseconds"}});

    Json properties = Json::object();
    if (!mmif.documents().empty()) properties["document"] = mmif.documents().front().id();
    properties["echo"] = parameters.to_json();
    properties["echoTypes"] = Json::object();
    for (const auto& [name, value] : properties["echo"].items()) {
      properties["echoTypes"][name] = kind_of(value);
    }
    view.add_annotation(types::kAnnotation, properties);
    add_time_frames(mmif, view);
  }

 private:
  static void add_time_frames(clams::Mmif& mmif, clams::View& view) {
    int position = 0;
    for (const clams::Document& document : mmif.documents()) {
      if (mmif.find(document.id()) != &document) continue;  // another one has taken its id
      view.add_annotation(types::kTimeFrame, {{"document", document.id()},
                                              {"start", 0},
                                              {"end", 1000 * ++position},
                                              {"label", "doc"}});
    }
  }
};

}  // namespace

int main(int argc, char** argv) { return clams::run<Params>(argc, argv); }
