// sandbox/trouble.hpp - what can go wrong with a call on every contract alike. A contract says only how its
// service words it.
#pragma once
#include "sandbox/contract.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/options.hpp"

namespace seedream::sandbox {

enum class Trouble { bad_key, no_credit, refused, moderated, too_large, busy, broken, unavailable };
using Wording = Reply (*)(Trouble) noexcept;

// Whether the call's key is good and no fault denies it.
bool admits(const Call& call, const Options& options, Faults& faults);

// What a fault answers in the place of a create, a poll or a picture; nothing: none strikes.
std::optional<Reply> strike_answer(const Call& call, Leg leg, Faults& faults, Wording wording);

// For a create that is in order: lets the faults strike that creates can suffer. Returns the answer to go on
// with, or nothing if a fault has answered. The answer may be one that spoils what is told to it.
std::shared_ptr<Answer> take_order(const Call& call, const std::shared_ptr<Answer>& answer, Faults& faults,
                                   Wording wording);

// A finished picture as it is given away, here or at its address.
Bytes spoil_picture(const Bytes& picture, Faults& faults);

}  // namespace seedream::sandbox
