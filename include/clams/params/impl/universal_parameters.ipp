// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/universal_parameters.hpp>
#include <clams/util/config.hpp>

namespace clams {

// The descriptions are part of the metadata on the wire: letter by letter what other CLAMS apps
// say.
CLAMS_INLINE const std::vector<ParameterSpec>& universal_parameters() {
  static const std::vector<ParameterSpec> parameters{
      {.name = "pretty",
       .description = "The JSON body of the HTTP response will be re-formatted with 2-space "
                      "indentation",
       .type = ParameterType::boolean,
       .default_value = false},
      {.name = "runningTime",
       .description = "The running time of the app will be recorded in the view metadata",
       .type = ParameterType::boolean,
       .default_value = true},
      {.name = "hwFetch",
       .description = "The hardware information (architecture, GPU and vRAM) will be recorded in "
                      "the view metadata",
       .type = ParameterType::boolean,
       .default_value = false},
      {.name = "tfSamplingMode",
       .description =
           "Sampling mode for TimeFrame annotations. Has no effect when the app does not process "
           "TimeFrames. \"representatives\" uses all representative timepoints if present, "
           "otherwise skips the TimeFrame. \"single\" uses the middle representative if present, "
           "otherwise extracts an image from the midpoint of the start/end interval (midpoint is "
           "calculated by floor division of the sum of start and end). \"all\" uses all target "
           "timepoints if present, otherwise extracts all images from the time interval.",
       .type = ParameterType::string,
       .choices = {"representatives", "single", "all"},
       .default_value = "representatives"}};
  return parameters;
}

}  // namespace clams
