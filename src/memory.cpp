// SPDX-License-Identifier: Apache-2.0
#include <clams/memory/impl/model_requirements.ipp>
