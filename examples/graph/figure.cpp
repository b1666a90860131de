// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "figure.hpp"

#include <cstdio>

#include "../support/svg.hpp"
#include "layout.hpp"

namespace graph {
namespace {

constexpr double box_width = 156, box_height = 64, across = 252, down = 96, margin = 24, top = 64;

std::string shown(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

std::vector<std::vector<std::size_t>> edges_of(const std::vector<node>& nodes) {
  std::vector<std::vector<std::size_t>> edges;
  for (const node& n : nodes) {
    edges.emplace_back();
    for (const operand& o : n.operands)
      if (o.node) edges.back().push_back(*o.node);
  }
  return edges;
}

void draw_box(support::svg& drawing, support::point middle, const std::string& head, const node& n) {
  const auto [x, y] = middle;
  drawing.rectangle(x - box_width / 2, y - box_height / 2, box_width, box_height,
                    n.operands.empty() ? "#d1e5f0" : "#eeeeee", 6);
  drawing.text({x, y - 13}, head, {12, "#111111", "middle", true});
  drawing.text({x, y + 6}, "value " + shown(n.value), {12, "#2166ac", "middle"});
  drawing.text({x, y + 23}, "adjoint " + shown(n.adjoint), {12, "#b2182b", "middle"});
}

// Straight through the columns that it only passes; the partial stands in the gap before the last one.
void draw_edge(support::svg& drawing, const std::vector<support::point>& path,
               const std::optional<double>& partial) {
  std::vector<support::point> line;
  for (std::size_t k = 0; k < path.size(); ++k) {
    const auto [x, y] = path[k];
    if (k > 0) line.emplace_back(x - box_width / 2, y);
    if (k + 1 < path.size()) line.emplace_back(x + box_width / 2, y);
  }
  const auto [x, y] = line.back();
  const support::point turn = {x - 12, y};  // arrives level, as its head is
  line.insert(line.end() - 1, turn);
  drawing.line(line, "#888888", 1.3);
  const std::vector<support::point> head = {{x - 7, y - 4}, {x, y}, {x - 7, y + 4}};
  drawing.line(head, "#888888", 1.3);

  const auto [from_x, from_y] = line[line.size() - 3];
  const std::string words = partial ? shown(*partial) : "no influence";
  const double width = 6.2 * static_cast<double>(words.size()) + 4;
  const support::point middle = {(from_x + turn.first) / 2, (from_y + y) / 2};
  drawing.rectangle(middle.first - width / 2, middle.second - 7, width, 14, "#ffffff");
  drawing.text({middle.first, middle.second + 4}, words, {11, "#1b7837", "middle"});
}

}  // namespace

std::string formula_of(const std::vector<node>& nodes, const node& n,
                       const std::array<std::string, 2>& inputs) {
  if (n.operands.empty()) return inputs.at(static_cast<std::size_t>(&n - nodes.data()));
  std::string text = n.operation;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    const operand& o = n.operands[i];
    text += i == 0 ? "(" : ", ";
    text += o.node ? nodes[*o.node].name : shown(o.value);
  }
  return text += ')';
}

void write_figure(const std::filesystem::path& file, const std::string& title, const std::vector<node>& nodes,
                  const std::array<std::string, 2>& inputs) {
  const layout l = layered(edges_of(nodes)).result();
  const double height = top + margin + box_height + down * static_cast<double>(l.rows - 1);
  const double middle = (top + height - margin) / 2;
  support::svg drawing(2 * margin + box_width + across * static_cast<double>(l.columns - 1), height);
  drawing.text({margin, 30}, title, {15, "#111111", "start", true});
  drawing.text({margin, 49}, "values from left to right, adjoints back; at an edge its partial",
               {12, "#666666"});
  const auto scaled = [&](support::point p) {
    return support::point(margin + box_width / 2 + across * p.first, middle + down * p.second);
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto path = l.edges[i].begin();
    for (const operand& o : nodes[i].operands) {
      if (!o.node) continue;
      std::vector<support::point> line;
      for (const auto& p : *path) line.push_back(scaled(p));
      draw_edge(drawing, line, o.partial);
      ++path;
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    draw_box(drawing, scaled(l.places[i]), nodes[i].name + " = " + formula_of(nodes, nodes[i], inputs),
             nodes[i]);
  drawing.save(file);
}

}  // namespace graph
