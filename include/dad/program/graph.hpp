// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function as a list of operations, each on the results of earlier ones.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/core/list.hpp>
#include <dad/op/list.hpp>
#include <dad/op/masked.hpp>

namespace dad::detail {

template <class List, class... More>
struct extended;
template <class... Op, class... More>
struct extended<op::type_list<Op...>, More...> {
  using type = op::type_list<Op..., More...>;
};

/// Every operation that a node can be: those of the user's functions, and those of conditions and seeds.
using node_operations =
    extended<op::all, op::less, op::less_equal, op::equal, op::is_nan, op::is_infinite, op::is_finite,
             op::is_normal, op::has_sign_bit, op::choose, op::masked_product, op::zero_product>::type;

/// The number of an operation, or of a node that is none.
enum class opcode : std::uint16_t {
  none,      // node 0 of every graph
  input,     // operands[0]: its place among the inputs
  uniform,   // operands[0]: its place in a table of numbers that are the same for all lanes
  constant,  // operands[0], operands[1]: the bits of the number
  chain,     // ((t0 + t1) + t2) + ...; operands[0], operands[1]: the first of its terms and their number
  linear,    // operands[0]: its value, whose derivative is the sum of terms (operand, partial); operands[1],
             // [2]: these
  first      // of the operations
};

// Each operation's place in the list as a base class, which a compiler finds at once.
template <std::size_t Place, class Op>
struct placed {};
template <class Places, class List>
struct places_of;
template <std::size_t... Place, class... Op>
struct places_of<std::index_sequence<Place...>, op::type_list<Op...>> : placed<Place, Op>... {};
template <class Op, std::size_t Place>
constexpr std::size_t place_in(const placed<Place, Op>*) {
  return Place;
}
using node_places = places_of<std::make_index_sequence<node_operations::size>, node_operations>;

/// The row of one operation, for a switch over row_of(code).
template <class Op>
inline constexpr std::size_t row = place_in<Op>(static_cast<const node_places*>(nullptr));

template <class Op>
inline constexpr opcode opcode_of = static_cast<opcode>(static_cast<std::size_t>(opcode::first) + row<Op>);

/// The place of an operation's row in a table of all operations.
constexpr std::size_t row_of(opcode code) {
  return static_cast<std::size_t>(code) - static_cast<std::size_t>(opcode::first);
}

using node_id = std::uint32_t;

/// One operation. ldexp and polygamma keep their integer in operands[1].
struct node {
  opcode code = opcode::none;
  std::uint16_t arity = 0;
  node_id operands[3] = {0, 0, 0};

  friend bool operator==(const node&, const node&) = default;
};
static_assert(sizeof(node) == 16);

constexpr node constant_node(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return {opcode::constant, 0, {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32), 0}};
}
constexpr double constant_of(const node& n) {
  return std::bit_cast<double>(n.operands[0] | std::uint64_t{n.operands[1]} << 32);
}

/// A node that is not the same number in all lanes.
constexpr bool is_varying(const node& n) { return n.code == opcode::input || n.code >= opcode::chain; }

/// A term of a chain: +-a, +-a b, or +-a b where a zero b gives zero; of a linear node: an operand and its
/// partial.
struct term {
  enum kind : std::uint32_t { plain = 0, product = 1, masked = 2 };
  node_id a = 0;
  node_id b = 0;
  kind form = plain;
  std::uint32_t is_negative = 0;

  friend bool operator==(const term&, const term&) = default;
};

/// Nodes in an order in which operands come first; node 0 is none.
struct graph {
  list<node> nodes = {node{}};
  list<term> terms;

  [[nodiscard]] const node& operator[](node_id id) const { return nodes[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes.size(); }
  [[nodiscard]] bool is_constant(node_id id) const { return nodes[id].code == opcode::constant; }
  [[gnu::noinline]] node_id append(const node& n) {
    nodes.push_back(n);
    return static_cast<node_id>(nodes.size() - 1);
  }

  /// visit(id) for every node that node n is computed from.
  template <class Visit>
  void for_each_operand(const node& n, Visit&& visit) const {
    if (n.code == opcode::chain) {
      for (std::size_t i = 0; i < n.operands[1]; ++i) {
        const term& t = terms[n.operands[0] + i];
        visit(t.a);
        if (t.form != term::plain) visit(t.b);
      }
    } else if (n.code == opcode::linear) {
      visit(n.operands[0]);
    } else if (n.code >= opcode::first) {
      for (std::size_t i = 0; i < n.arity; ++i) visit(n.operands[i]);
    }
  }
};

}  // namespace dad::detail
