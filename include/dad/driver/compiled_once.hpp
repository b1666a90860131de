// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a gradient of doubles compiles besides its function, for programs that compile it once
// (core/engine.hpp): the tape, what records on it, and the way of a std::vector<double> there and back.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/core/error.hpp>
#include <dad/core/list_view.hpp>
#include <dad/driver/reverse.hpp>

#if DAD_SEPARATE_ENGINE_USED
#if DAD_DEFINES_ENGINE
#define DAD_ONCE template
#else
#define DAD_ONCE extern template
#endif

namespace dad {

DAD_ONCE class tape<double>;

namespace detail {

DAD_ONCE class tape_activation<double>;
DAD_ONCE class stream<double>;
DAD_ONCE class stream<std::uint32_t>;
DAD_ONCE class rows<double>;
DAD_ONCE class tape_recorder<double>;
DAD_ONCE class tape_adjoints<double>;
DAD_ONCE struct newest_row<double>;
DAD_ONCE struct operands<double>;
DAD_ONCE struct folding<double>;
DAD_ONCE class operation_row<double>;
DAD_ONCE class sum_row<double>;
DAD_ONCE class lease<tape<double>>;
DAD_ONCE class lease<std::vector<var<double>>>;
DAD_ONCE class recording_at<std::vector<double>, double>;

DAD_ONCE void raise<tape_error>(const char*, ...);
DAD_ONCE void raise<shape_error>(const char*, ...);
DAD_ONCE void sweep(const streams_view<double>&, const mark&, const mark&, double*);
DAD_ONCE const std::vector<var<double>>& recording_at<std::vector<double>, double>::make_point(
    const std::vector<double>&, unseeded&);
DAD_ONCE auto structured_like<double>(const std::vector<double>&, const list_view<const double>&);

// Where recording is inlined, an operation has its own functions; another source of the program may share
// them.
#if !DAD_INLINES_RECORDING || DAD_DEFINES_ENGINE
using partials_once = known_partials<double>;
DAD_ONCE std::uint64_t folding<double>::one(const operation_kind&, const var<double>&, double, double,
                                            partials_once);
DAD_ONCE std::uint64_t folding<double>::two(const operation_kind&, const var<double>&, const var<double>&,
                                            double, partials_once);
DAD_ONCE std::uint64_t folding<double>::fold_one(const operation_kind&, tape_recorder<double>&, std::size_t,
                                                 const var<double>&, const var<double>&, partials_once);
DAD_ONCE std::uint64_t operation_row<double>::link(const operation_kind&, const var<double>&, double, double,
                                                   partials_once);
DAD_ONCE std::uint64_t operation_row<double>::link(const operation_kind&, const var<double>&,
                                                   const var<double>&, double, partials_once);
#endif
DAD_ONCE std::uint64_t operation_row<double>::record(const operation_kind&, operands<double>::plain,
                                                     operands<double>::plain, double, known_partials<double>);

}  // namespace detail
}  // namespace dad

#undef DAD_ONCE
#endif
