// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or the reason in words for an operator to read. For set-up and files; a packet's path
// uses enums, because building a string allocates. Any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace mailtap {

struct Failure {
  std::string reason;  // one line, no full stop, no secret
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() {
    MAILTAP_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    MAILTAP_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const std::string& reason() const {
    MAILTAP_CHECK(!ok());
    return std::get_if<1>(&state_)->reason;
  }
  Failure failure() const { return Failure{reason()}; }

 private:
  std::variant<T, Failure> state_;
};

// Something that has no value to give, only a way to fail.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Failure failure) : failure_(std::move(failure)) {}

  bool ok() const { return !failure_.has_value(); }
  explicit operator bool() const { return ok(); }
  const std::string& reason() const {
    MAILTAP_CHECK(!ok());
    return failure_->reason;
  }
  Failure failure() const { return Failure{reason()}; }

 private:
  std::optional<Failure> failure_;
};

}  // namespace mailtap
