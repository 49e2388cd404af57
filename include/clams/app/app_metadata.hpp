// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/at_type.hpp>
#include <clams/params/parameter_spec.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace clams {

/// Names and texts in the order in which they were given.
using TextMap = std::vector<std::pair<std::string, std::string>>;

/// Whether an app can do without an input.
enum class Need { required, optional };

/// A type of annotation or document that an app reads.
struct InputSpec {
  AtType type;
  Json properties = Json::object();  ///< what the input must have; `"*"` stands for any value
  std::string description = {};
  Need need = Need::required;
};

/// A type of annotation or document that an app makes.
struct OutputSpec {
  AtType type;
  Json properties = Json::object();  ///< what every one of them has; `"*"` stands for any value
  std::string description = {};
};

/// Who an app is: what `GET /` answers, and what views are signed with.
///
///     clams::AppMetadata metadata{.name = "Hello",
///                                 .description = "Says hello to every text.",
///                                 .app_license = "Apache-2.0",
///                                 .identifier = "hello",
///                                 .url = "https://example.org/hello"};
///     metadata.add_input(clams::types::kTextDocument);
///     metadata.add_output(clams::types::kTimeFrame, {{"timeUnit", "milliseconds"}});
///     metadata.add_parameter({.name = "greeting", .description = "...", .default_value =
///     "Hello"});
///
/// Ownership: a value. References that the `add_` functions return are valid until the next `add_`.
/// Threads: confined while it is put together.
/// Errors: adding never throws; `complete_metadata` checks everything at start-up and names the
/// field.
struct AppMetadata {
  std::string name = {};               ///< for people; required
  std::string description = {};        ///< what the app does; required
  std::string app_version = {};        ///< empty: found at start-up (git, CLAMS_APP_VERSION)
  std::string mmif_version = "1.2.0";  ///< the specification this library writes
  std::string analyzer_version = {};   ///< of the wrapped tool, if there is one
  TextMap analyzer_versions = {};      ///< model name -> its version
  std::string app_license = {};        ///< required
  std::string analyzer_license = {};   ///< of the wrapped tool
  std::string identifier = {};         ///< a short name without `/`, or an http(s) URL; required
  std::string url = {};                ///< where the source code is; required
  std::vector<std::vector<InputSpec>> inputs = {};  ///< one of each inner list must be there
  std::vector<OutputSpec> outputs = {};
  std::vector<ParameterSpec> parameters = {};
  std::vector<std::string> dependencies = {};
  TextMap more = {};  ///< anything else worth telling
  std::vector<std::string> app_tags = {};
  Bytes est_gpu_mem_min = Bytes{0};  ///< shown in whole MiB; 0: not stated
  Bytes est_gpu_mem_typ = Bytes{0};

  /// The app cannot do without this type.
  InputSpec& add_input(AtType type, Json properties = Json::object());
  /// The app uses this type where there is one.
  InputSpec& add_optional_input(AtType type, Json properties = Json::object());
  /// The app needs one of these types, no matter which.
  std::vector<InputSpec>& add_input_one_of(std::vector<AtType> types);
  OutputSpec& add_output(AtType type, Json properties = Json::object());
  ParameterSpec& add_parameter(ParameterSpec parameter);
  /// A tag that the app has already is not added again.
  void add_app_tag(std::string tag);
  void add_more(std::string key, std::string value);
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/app_metadata.ipp>
#endif
