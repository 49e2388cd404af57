// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>

#include <string>

namespace clams::testing {

/// An MMIF with a video, a text and a view of time points and frames; compact, one blank after
/// separators.
inline std::string sample_text() {
  return R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [)"
         R"({"@type": "http://clams.ai/vocabulary/type/VideoDocument/v2", "properties": )"
         R"({"id": "d1", "mime": "video/mp4", "location": "file:///data/a%20b.mp4"}}, )"
         R"({"@type": "http://clams.ai/vocabulary/type/TextDocument/v2", "properties": )"
         R"({"id": "d2", "text": {"@value": "Fido barks", "@language": "en"}}}], "views": [)"
         R"({"id": "v_0", "metadata": {"app": "http://apps.clams.ai/swt/v8", "contains": )"
         R"({"http://clams.ai/vocabulary/type/TimePoint/v5": {"timeUnit": "milliseconds", )"
         R"("document": "d1"}, "http://clams.ai/vocabulary/type/TimeFrame/v6": )"
         R"({"timeUnit": "milliseconds", "frameType": "slate"}}}, "annotations": [)"
         R"({"@type": "http://clams.ai/vocabulary/type/TimePoint/v5", "properties": )"
         R"({"id": "v_0:tp_1", "timePoint": 1000, "weight": 1e2}}, )"
         R"({"@type": "http://clams.ai/vocabulary/type/TimePoint/v5", "properties": )"
         R"({"id": "v_0:tp_2", "timePoint": 2000}}, )"
         R"({"@type": "http://clams.ai/vocabulary/type/TimeFrame/v6", "properties": )"
         R"({"id": "v_0:tf_1", "targets": ["v_0:tp_1", "v_0:tp_2"]}}]}]})";
}

inline Mmif sample() { return Mmif::parse(sample_text()); }

}  // namespace clams::testing
