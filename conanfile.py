# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load
import os
import re


class ClamsConan(ConanFile):
    name = "clams"
    description = "C++20 SDK for CLAMS apps: multimedia analysis over MMIF"
    license = "Apache-2.0"
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "http": [True, False]}
    default_options = {"shared": False, "http": True}
    exports_sources = "CMakeLists.txt", "cmake/*", "include/*", "src/*", "LICENSE"

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "include/clams/version.hpp"))
        self.version = re.search(r'kVersion = "([0-9.]+)"', header).group(1)

    def requirements(self):
        self.requires("nlohmann_json/[>=3.11.2 <4]", transitive_headers=True)
        self.requires("fmt/[>=9.1.0]", transitive_headers=True)
        if self.options.http:
            self.requires("cli11/[>=2.1.2 <3]")
            self.requires("cpp-httplib/[>=0.41.0 <1]")
            self.requires("prometheus-cpp/[>=1.0.1 <2]")
            self.requires("zlib/[>=1.2.11 <2]")

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "TOOLS"):
            toolchain.cache_variables[f"CLAMS_BUILD_{part}"] = False
        toolchain.cache_variables["CLAMS_BUILD_HTTP"] = bool(self.options.http)
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        # clams brings its own CMake package, with its components.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs.append(os.path.join("lib", "cmake", "clams"))
