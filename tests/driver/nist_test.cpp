// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Models of the NIST Statistical Reference Datasets for nonlinear regression: at the certified parameters,
// Jacobians give the certified standard deviations, and everywhere they are those of complex steps. Reads the
// data where it is found.

#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/close.hpp"

#ifndef DAD_SHARED_DATA
#define DAD_SHARED_DATA ""
#endif

namespace {

constexpr double pi = 3.141592653589793238462643383279;

struct parameter {
  std::array<double, 2> start;
  double certified, deviation;
};
struct observation {
  double y;
  std::vector<double> x;
};
struct problem {
  std::vector<parameter> parameters;
  std::vector<observation> observations;
  double residual_sum = 0.0;

  [[nodiscard]] std::vector<double> certified() const {
    std::vector<double> b;
    for (const auto& p : parameters) b.push_back(p.certified);
    return b;
  }
};

std::vector<double> numbers_of(const std::string& line) {
  std::istringstream words(line);
  std::vector<double> numbers;
  for (double x; words >> x;) numbers.push_back(x);
  return numbers;
}

problem read(const std::string& name) {
  std::ifstream file(std::string(DAD_SHARED_DATA) + "/nist/" + name + ".dat");
  problem p;
  bool in_data = false;
  int data_heads = 0;
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    const auto first = line.find_first_not_of(' ');
    if (in_data) {
      const auto row = numbers_of(line);
      if (row.size() >= 2) p.observations.push_back({row[0], {row.begin() + 1, row.end()}});
    } else if (line.rfind("Data:", 0) == 0) {
      in_data = ++data_heads == 2;  // the first describes the variables
    } else if (line.rfind("Residual Sum of Squares:", 0) == 0) {
      p.residual_sum = numbers_of(line.substr(line.find(':') + 1)).at(0);
    } else if (first != std::string::npos && line[first] == 'b' && equals != std::string::npos) {
      const auto row = numbers_of(line.substr(equals + 1));
      if (row.size() == 4) p.parameters.push_back({{row[0], row[1]}, row[2], row[3]});
    }
  }
  return p;
}

bool is_available() {
  return *DAD_SHARED_DATA != '\0' && std::filesystem::exists(std::filesystem::path(DAD_SHARED_DATA) / "nist");
}

/// The inverse of a symmetric positive definite matrix in long double, by Gauss-Jordan elimination with
/// scaling.
std::vector<std::vector<long double>> inverse(std::vector<std::vector<long double>> a) {
  const std::size_t n = a.size();
  std::vector<long double> scale(n);
  for (std::size_t i = 0; i < n; ++i) scale[i] = 1 / std::sqrt(a[i][i]);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) a[i][j] *= scale[i] * scale[j];
  std::vector<std::vector<long double>> inv(n, std::vector<long double>(n));
  for (std::size_t i = 0; i < n; ++i) inv[i][i] = 1;
  for (std::size_t k = 0; k < n; ++k) {
    const long double pivot = a[k][k];
    for (std::size_t j = 0; j < n; ++j) a[k][j] /= pivot, inv[k][j] /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const long double factor = a[i][k];
      for (std::size_t j = 0; j < n; ++j) a[i][j] -= factor * a[k][j], inv[i][j] -= factor * inv[k][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) inv[i][j] *= scale[i] * scale[j];
  return inv;
}

/// model(b, x) is the prediction; observed(y) is what it predicts, y itself unless said otherwise.
template <class Model>
void check_problem(
    const std::string& name, const Model& model, double (*observed)(double) = [](double y) { return y; }) {
  INFO(name);
  const problem p = read(name);
  REQUIRE(p.parameters.size() > 1);
  REQUIRE(p.observations.size() > 5);
  const std::size_t n = p.parameters.size(), m = p.observations.size();
  const auto predictions = [&](const auto& b) {
    std::vector<std::remove_cvref_t<decltype(b[0])>> y;
    for (const auto& o : p.observations) y.push_back(model(b, o.x));
    return y;
  };

  // At the starting points and at the solution: against complex steps, which lose no digit.
  for (const int at : {0, 1, 2}) {
    std::vector<double> b;
    for (const auto& q : p.parameters)
      b.push_back(at < 2 ? q.start[static_cast<std::size_t>(at)] : q.certified);
    const auto forward = dad::jacobian(predictions, b, dad::forward);
    const auto reverse = dad::jacobian(predictions, b, dad::reverse);
    for (std::size_t j = 0; j < n; ++j) {
      std::vector<std::complex<double>> c(b.begin(), b.end());
      const double h = 1e-200;
      c[j] += std::complex<double>(0, h);
      const auto y = predictions(c);
      double largest = 0.0;
      for (std::size_t i = 0; i < m; ++i) largest = std::max(largest, std::abs(y[i].imag() / h));
      for (std::size_t i = 0; i < m; ++i) {
        const double expected = y[i].imag() / h;
        REQUIRE(forward(i, j) == close_to(expected, 1e-10, 1e-13 * largest));
        REQUIRE(reverse(i, j) == close_to(expected, 1e-10, 1e-13 * largest));
      }
    }
  }

  // The certified residual sum and standard deviations: s^2 (J^T J)^-1 on the diagonal.
  const auto b = p.certified();
  const auto [y, jacobian] = dad::value_and_jacobian(predictions, b);
  long double sum = 0;
  std::vector<std::vector<long double>> normal(n, std::vector<long double>(n));
  for (std::size_t i = 0; i < m; ++i) {
    const long double r = static_cast<long double>(observed(p.observations[i].y)) - y[i];
    sum += r * r;
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k)
        normal[j][k] += static_cast<long double>(jacobian(i, j)) * jacobian(i, k);
  }
  CHECK(static_cast<double>(sum) == close_to(p.residual_sum, 1e-6));
  const auto covariance = inverse(normal);
  for (std::size_t j = 0; j < n; ++j)
    CHECK(
        static_cast<double>(std::sqrt(covariance[j][j] * p.residual_sum / static_cast<long double>(m - n))) ==
        close_to(p.parameters[j].deviation, 1e-6));
}

TEST_CASE("NIST models") {
  if (!is_available()) {
    WARN("skipped: no NIST data in \"" DAD_SHARED_DATA "\"");
    return;
  }
  using std::cos;
  using std::exp;
  using std::pow;
  using std::sin;
  using std::sqrt;
  const auto saturating = [](const auto& b, const auto& x) { return b[0] * (1.0 - exp(-b[1] * x[0])); };
  check_problem("Misra1a", saturating);
  check_problem("BoxBOD", saturating);
  check_problem("Chwirut2",
                [](const auto& b, const auto& x) { return exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]); });
  check_problem("DanWood", [](const auto& b, const auto& x) { return b[0] * pow(x[0], b[1]); });
  check_problem("ENSO", [](const auto& b, const auto& x) {
    const double year = 2 * pi * x[0] / 12;
    const auto u = 2 * pi * x[0] / b[3], v = 2 * pi * x[0] / b[6];
    return b[0] + b[1] * std::cos(year) + b[2] * std::sin(year) + b[4] * cos(u) + b[5] * sin(u) +
           b[7] * cos(v) + b[8] * sin(v);
  });
  check_problem("Eckerle4", [](const auto& b, const auto& x) {
    const auto z = (x[0] - b[2]) / b[1];
    return b[0] / b[1] * exp(-0.5 * z * z);
  });
  check_problem("Kirby2", [](const auto& b, const auto& x) {
    return (b[0] + b[1] * x[0] + b[2] * x[0] * x[0]) / (1.0 + b[3] * x[0] + b[4] * x[0] * x[0]);
  });
  check_problem("MGH09", [](const auto& b, const auto& x) {
    return b[0] * (x[0] * x[0] + x[0] * b[1]) / (x[0] * x[0] + x[0] * b[2] + b[3]);
  });
  check_problem("MGH17", [](const auto& b, const auto& x) {
    return b[0] + b[1] * exp(-x[0] * b[3]) + b[2] * exp(-x[0] * b[4]);
  });
  check_problem(
      "Nelson", [](const auto& b, const auto& x) { return b[0] - b[1] * x[0] * exp(-b[2] * x[1]); },
      [](double y) { return std::log(y); });
  check_problem("Rat43", [](const auto& b, const auto& x) {
    return b[0] / pow(1.0 + exp(b[1] - b[2] * x[0]), 1.0 / b[3]);
  });
  check_problem("Thurber", [](const auto& b, const auto& x) {
    const double u = x[0];
    return (b[0] + u * (b[1] + u * (b[2] + u * b[3]))) / (1.0 + u * (b[4] + u * (b[5] + u * b[6])));
  });
}

}  // namespace
