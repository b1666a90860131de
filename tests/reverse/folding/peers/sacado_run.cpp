// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs by Sacado's reverse number, Rad: every observation is one sweep over the whole.

#include <Sacado_trad.hpp>
#include <memory>

namespace test {
using rad = Sacado::Rad::ADvar<double>;
inline double plain(const rad& x) { return x.val(); }
}  // namespace test

#include "reverse/folding/peers/peer_runs.hpp"
#include "reverse/folding/peers/wrapped.hpp"

namespace test {

namespace {

struct rad_list {
  static inline rad_list* active = nullptr;

  std::size_t input(rad& x) {
    inputs.push_back(std::make_unique<rad>(x.val()));
    x = *inputs.back();
    return inputs.size() - 1;
  }
  void observe(const rad& x, const std::vector<std::size_t>& of) {
    observations.push_back(std::make_unique<rad>(x));
    inputs_of.push_back(of);
  }

  void take(outcome& result) const {
    std::vector<rad*> all;
    for (const auto& y : observations) all.push_back(y.get());
    std::vector<double> seeds(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      seeds[i] = 1.0;  // all are seeded, so that none is left with an earlier sweep's seed
      rad::Weighted_Gradcomp(all.size(), all.data(), seeds.data());
      seeds[i] = 0.0;
      for (std::size_t k = 0; k < most_inputs; ++k)
        result.gradients.push_back(k < inputs_of[i].size() ? inputs[inputs_of[i][k]]->adj() : 0.0);
    }
  }

  std::vector<std::unique_ptr<rad>> inputs, observations;
  std::vector<std::vector<std::size_t>> inputs_of;  // of each observation
};

}  // namespace

template <>
class machine<wrapped<rad>> : public peer_machine<rad, rad_list> {
  using peer_machine::peer_machine;
};

outcome run_sacado(const random_program& p) {
  rad_list list;
  rad_list::active = &list;
  outcome result = run<wrapped<rad>>(p);
  list.take(result);
  return result;
}

}  // namespace test
