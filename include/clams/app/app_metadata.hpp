// SPDX-License-Identifier: Apache-2.0
#pragma once
// sketch by the lead; the app helper completes it (see its task). Intended look at the call:
//
//   clams::AppMetadata app_metadata() const override {
//     clams::AppMetadata metadata{.name = "Hello", .description = "...", .app_license = "Apache-2.0",
//                                 .identifier = "hello", .url = "https://..."};
//     metadata.add_input(clams::types::kTextDocument);
//     metadata.add_input_one_of({clams::types::kVideoDocument, clams::types::kAudioDocument});
//     metadata.add_output(clams::types::kTimeFrame, {{"timeUnit", "milliseconds"}}).description = "...";
//     metadata.add_parameter({.name = "model", .description = "...", .type = clams::ParameterType::string,
//                             .choices = {"tiny", "base"}, .default_value = "tiny"});
//     return metadata;
//   }
