// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The main types by name only, for headers that pass them by reference.

namespace clams {

class Annotation;
class AppRunner;
class AtType;
class ClamsApp;
class Clock;
class Document;
class Error;
class GpuMemory;
class Logger;
class Mmif;
class ModelRequirements;
class Parameters;
class PromptableApp;
class RawParameters;
class RequestContext;
class RequestMemory;
class View;
struct AppMetadata;
struct ParameterSpec;

namespace http {

class Server;
class Service;

}  // namespace http

}  // namespace clams
