# SPDX-License-Identifier: Apache-2.0
# whisper_ffmpeg: FFmpeg's libraries where they are installed. Without them only WAV is read.
option(WHISPER_FFMPEG "Decode media with FFmpeg's libraries, if they are installed" ON)

add_library(whisper_ffmpeg INTERFACE)
set(whisper_has_ffmpeg FALSE)
if(WHISPER_FFMPEG)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(FFMPEG QUIET IMPORTED_TARGET
      libavformat libavcodec libavutil>=57.28 libswresample)
    set(whisper_has_ffmpeg ${FFMPEG_FOUND})
  endif()
endif()
if(whisper_has_ffmpeg)
  target_link_libraries(whisper_ffmpeg INTERFACE PkgConfig::FFMPEG)
  target_compile_definitions(whisper_ffmpeg INTERFACE WHISPER_HAS_FFMPEG)
else()
  message(STATUS "whisper: FFmpeg's libraries are not there; only WAV files will be read")
endif()
