// SPDX-License-Identifier: Apache-2.0
// The version, as meson.build states it.
#pragma once

#ifndef MAILTAP_VERSION
#define MAILTAP_VERSION "unknown"
#endif
