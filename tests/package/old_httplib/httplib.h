// SPDX-License-Identifier: Apache-2.0
// Stands for the cpp-httplib of Debian 12, which must be refused.
#define CPPHTTPLIB_VERSION "0.11.4"
