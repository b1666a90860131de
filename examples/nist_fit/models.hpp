// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The models of NIST's Statistical Reference Datasets for nonlinear regression, by name and by formula.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace nist_fit {

enum class formula {
  saturation,             // Misra1a, BoxBOD
  inverse_square,         // Misra1b
  inverse_root,           // Misra1c
  hyperbola,              // Misra1d
  decay_over_line,        // Chwirut1, Chwirut2
  three_decays,           // Lanczos1 to Lanczos3
  two_peaks,              // Gauss1 to Gauss3
  power,                  // DanWood
  quadratics,             // Kirby2
  cubics,                 // Hahn1, Thurber
  degradation,            // Nelson
  linear_over_quadratic,  // MGH09
  shifted_exponential,    // MGH10
  two_decays,             // MGH17
  line_and_angle,         // Roszman1
  cycles,                 // ENSO
  logistic,               // Rat42
  powered_logistic,       // Rat43
  peak,                   // Eckerle4
  shifted_power           // Bennett5
};

/// What is fitted: the formula's value is the response, or its logarithm.
struct model {
  std::string_view name;
  formula value;
  std::size_t parameters, predictors;
  bool is_of_logarithm;
  std::string_view text;  // as in the files, without blanks, brackets round
};

/// All models by the names of NIST's data sets.
inline std::span<const model> models() {
  static constexpr std::string_view saturation = "y=b1*(1-exp(-b2*x))",
                                    decay_over_line = "y=exp(-b1*x)/(b2+b3*x)",
                                    three_decays = "y=b1*exp(-b2*x)+b3*exp(-b4*x)+b5*exp(-b6*x)",
                                    two_peaks =
                                        "y=b1*exp(-b2*x)+b3*exp(-(x-b4)**2/b5**2)"
                                        "+b6*exp(-(x-b7)**2/b8**2)",
                                    cubics = "y=(b1+b2*x+b3*x**2+b4*x**3)/(1+b5*x+b6*x**2+b7*x**3)";
  static constexpr model all[] = {
      {"Misra1a", formula::saturation, 2, 1, false, saturation},
      {"Misra1b", formula::inverse_square, 2, 1, false, "y=b1*(1-(1+b2*x/2)**(-2))"},
      {"Misra1c", formula::inverse_root, 2, 1, false, "y=b1*(1-(1+2*b2*x)**(-.5))"},
      {"Misra1d", formula::hyperbola, 2, 1, false, "y=b1*b2*x*((1+b2*x)**(-1))"},
      {"Chwirut1", formula::decay_over_line, 3, 1, false, decay_over_line},
      {"Chwirut2", formula::decay_over_line, 3, 1, false, decay_over_line},
      {"Lanczos1", formula::three_decays, 6, 1, false, three_decays},
      {"Lanczos2", formula::three_decays, 6, 1, false, three_decays},
      {"Lanczos3", formula::three_decays, 6, 1, false, three_decays},
      {"Gauss1", formula::two_peaks, 8, 1, false, two_peaks},
      {"Gauss2", formula::two_peaks, 8, 1, false, two_peaks},
      {"Gauss3", formula::two_peaks, 8, 1, false, two_peaks},
      {"DanWood", formula::power, 2, 1, false, "y=b1*x**b2"},
      {"Kirby2", formula::quadratics, 5, 1, false, "y=(b1+b2*x+b3*x**2)/(1+b4*x+b5*x**2)"},
      {"Hahn1", formula::cubics, 7, 1, false, cubics},
      {"Nelson", formula::degradation, 3, 2, true, "log(y)=b1-b2*x1*exp(-b3*x2)"},
      {"MGH09", formula::linear_over_quadratic, 4, 1, false, "y=b1*(x**2+x*b2)/(x**2+x*b3+b4)"},
      {"MGH10", formula::shifted_exponential, 3, 1, false, "y=b1*exp(b2/(x+b3))"},
      {"MGH17", formula::two_decays, 5, 1, false, "y=b1+b2*exp(-x*b4)+b3*exp(-x*b5)"},
      {"Roszman1", formula::line_and_angle, 4, 1, false, "y=b1-b2*x-arctan(b3/(x-b4))/pi"},
      {"ENSO", formula::cycles, 9, 1, false,
       "y=b1+b2*cos(2*pi*x/12)+b3*sin(2*pi*x/12)+b5*cos(2*pi*x/b4)+b6*sin(2*pi*x/b4)"
       "+b8*cos(2*pi*x/b7)+b9*sin(2*pi*x/b7)"},
      {"Thurber", formula::cubics, 7, 1, false, cubics},
      {"BoxBOD", formula::saturation, 2, 1, false, saturation},
      {"Rat42", formula::logistic, 3, 1, false, "y=b1/(1+exp(b2-b3*x))"},
      {"Rat43", formula::powered_logistic, 4, 1, false, "y=b1/((1+exp(b2-b3*x))**(1/b4))"},
      {"Eckerle4", formula::peak, 3, 1, false, "y=(b1/b2)*exp(-0.5*((x-b3)/b2)**2)"},
      {"Bennett5", formula::shifted_power, 3, 1, false, "y=b1*(b2+x)**(-1/b3)"},
  };
  return all;
}

}  // namespace nist_fit
