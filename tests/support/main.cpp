// SPDX-License-Identifier: Apache-2.0
#if __has_include(<catch2/catch_all.hpp>)
#include "support/catch.hpp"

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
#else
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"

namespace {

int skipped_cases = 0;
std::size_t finished_cases = 0;

/// Counts test cases, so that a run of skipped ones only can be told from one that passed.
struct CaseCounter : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseEnded(const Catch::TestCaseStats& /*stats*/) override { ++finished_cases; }
};
CATCH_REGISTER_LISTENER(CaseCounter)

}  // namespace

void clams::testing::note_skipped_case() { ++skipped_cases; }

/// Exit code 4 means "all skipped", as with Catch2 3; a run that found no case has failed.
int main(int argc, char** argv) {
  Catch::Session session;
  if (const int wrong_usage = session.applyCommandLine(argc, argv); wrong_usage != 0) {
    return wrong_usage;
  }
  const int failed = session.run();
  const bool listing = session.config().listTests() || session.configData().showHelp;
  if (failed != 0 || listing) return failed;
  if (finished_cases == 0) return 2;
  return static_cast<std::size_t>(skipped_cases) == finished_cases ? 4 : 0;
}
#endif
