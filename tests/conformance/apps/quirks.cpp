// SPDX-License-Identifier: Apache-2.0
// The twin of the conformance app `quirks`: what the other library does in a way of its own.
#include <clams/cli/run.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <limits>
#include <string>

namespace {

using clams::Json;
using clams::View;
namespace types = clams::types;

void add_single_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "strNo",
                          .description = "string with default \"no\": becomes false",
                          .type = string,
                          .default_value = "no"});
  metadata.add_parameter({.name = "strOn",
                          .description = "string with default \"on\": becomes true",
                          .type = string,
                          .default_value = "on"});
  metadata.add_parameter({.name = "str007",
                          .description = "string with default \"007\": becomes 7",
                          .type = string,
                          .default_value = "007"});
  metadata.add_parameter({.name = "str15",
                          .description = "string with default \"1.50\": becomes 1.5",
                          .type = string,
                          .default_value = "1.50"});
  metadata.add_parameter({.name = "numOne",
                          .description = "number with default 1.0: shown as 1",
                          .type = number,
                          .default_value = 1.0});
}

void add_multivalued_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "strMultiYes",
                          .description = "multivalued string",
                          .type = string,
                          .default_value = Json::array({"yes", "x"}),
                          .multivalued = true});
  metadata.add_parameter({.name = "choiceMulti",
                          .description = "multivalued with choices: any value fails",
                          .type = string,
                          .choices = {"red", "green"},
                          .default_value = Json::array({"red"}),
                          .multivalued = true});
}

void add_choice_parameters(clams::AppMetadata& metadata) {
  using enum clams::ParameterType;
  metadata.add_parameter({.name = "choiceStrInt",
                          .description = "integer with string choices",
                          .type = integer,
                          .choices = {"1", "2"},
                          .default_value = 1});
  metadata.add_parameter({.name = "choiceEmpty",
                          .description = "choices but a default that is not among them",
                          .type = string,
                          .choices = {"a", "b"},
                          .default_value = "zzz"});
  metadata.add_parameter({.name = "choiceBool",
                          .description = "boolean with choices",
                          .type = boolean,
                          .choices = {true},
                          .default_value = true});
  metadata.add_parameter(
      {.name = "prop", .description = "what to write", .type = string, .default_value = "none"});
}

void add_no_numbers(View& view) {
  view.add_annotation(types::kTimeFrame, {{"start", 0},
                                          {"end", std::numeric_limits<double>::quiet_NaN()},
                                          {"inf", std::numeric_limits<double>::infinity()}});
}

void add_empty_values(View& view) {
  view.add_annotation(types::kTimeFrame, {{"start", 0},
                                          {"end", 1},
                                          {"note", nullptr},
                                          {"empty", ""},
                                          {"lst", Json::array()},
                                          {"dct", Json::object()}});
}

class Quirks : public clams::ClamsApp {
 public:
  clams::AppMetadata app_metadata() const override {
    using namespace clams::literals;
    clams::AppMetadata metadata{.name = "Conformance Quirks",
                                .description = "Upstream oddities.",
                                .app_license = "Apache-2.0",
                                .identifier = "conf-quirks",
                                .url = "https://example.org/conf-quirks",
                                .est_gpu_mem_min = 4000_MiB,
                                .est_gpu_mem_typ = 2000_MiB};
    metadata.add_input(types::kTextDocument);
    metadata.add_output(types::kTimeFrame);
    add_single_parameters(metadata);
    add_multivalued_parameters(metadata);
    add_choice_parameters(metadata);
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    View& view = context.new_view(mmif);
    const auto what = parameters.get<std::string>("prop");
    Json properties{{"start", 0}, {"end", 1}};
    if (what == "nan") return add_no_numbers(view);
    if (what == "none") return add_empty_values(view);
    if (what == "generic") {
      const clams::AtType generic{"http://example.org/vocab/MyType"};
      view.add_annotation(generic, Json::object({{"start", 0}}));
      return;
    }
    if (what == "underscore") properties["_hidden"] = "x";
    if (what == "ownsampling") properties["choiceMulti"] = parameters.at("choiceMulti");
    view.add_annotation(types::kTimeFrame, properties);
  }
};

}  // namespace

int main(int argc, char** argv) { return clams::run<Quirks>(argc, argv); }
