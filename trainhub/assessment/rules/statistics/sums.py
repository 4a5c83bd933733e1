"""Exact sums. Marks become whole numbers first, so no rounding happens before the last step.

`spread(xs, ys)` is n²·(population covariance) = n·Σxy - Σx·Σy. With whole numbers it is exact:
zero variance is found by comparing with 0, Cauchy-Schwarz holds to the last digit, and the only
rounding is the one division (which Python rounds correctly, however long the numbers) and the
root.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import copysign, lcm, sqrt

from trainhub.assessment.rules.statistics.values import Figure, Hidden, Number, Reason


def scale_of(numbers: Iterable[Number]) -> int:
    """The smallest factor that makes whole numbers of them all."""
    return lcm(*{Fraction(number).denominator for number in set(numbers)})


def whole(number: Number, scale: int) -> int:
    """`number * scale`, which `scale_of` has made whole."""
    if isinstance(number, int):
        return number * scale
    exact = Fraction(number)
    return exact.numerator * (scale // exact.denominator)


def whole_numbers(numbers: Sequence[Number]) -> tuple[list[int], int]:
    """The numbers in the smallest unit that makes them whole, and how many of it are 1."""
    scale = scale_of(numbers)
    return [whole(number, scale) for number in numbers], scale


def spread(xs: Sequence[int], ys: Sequence[int]) -> int:
    """n·Σxy - Σx·Σy: the covariance times n², exact."""
    products = sum(x * y for x, y in zip(xs, ys, strict=True))
    return len(xs) * products - sum(xs) * sum(ys)


def covariance(xs: Sequence[int], ys: Sequence[int]) -> Fraction:
    """The sample covariance (n - 1); needs two values."""
    return Fraction(spread(xs, ys), len(xs) * (len(xs) - 1))


def standard_deviation(values: Sequence[int], scale: int = 1) -> Figure:
    """The sample standard deviation (n - 1) of `values / scale`."""
    n = len(values)
    if n < 2:
        return Hidden(Reason.TOO_FEW)
    return sqrt(spread(values, values) / (n * (n - 1) * scale**2))


def correlation(xs: Sequence[int], ys: Sequence[int]) -> Figure:
    """100·cov(x, y) / sqrt(var x · var y), within -100 … 100 exactly."""
    both = spread(xs, xs) * spread(ys, ys)
    if both == 0:
        return Hidden(Reason.NO_SPREAD)
    between = spread(xs, ys)
    return 100 * copysign(sqrt(between * between / both), between)


def efficiency(xs: Sequence[int], ys: Sequence[int]) -> Figure:
    """100·cov(x, y) / cov_max, cov_max being the covariance after sorting both lists.

    The sorted lists are the best that these marks and totals could do together, so a very easy
    or very hard item is judged fairly.
    """
    most = spread(sorted(xs), sorted(ys))
    if most == 0:
        return Hidden(Reason.NO_SPREAD)
    return 100 * (spread(xs, ys) / most)


def shape(numbers: Sequence[Number]) -> tuple[Figure, Figure]:
    """Skewness k₃/k₂^1.5 and kurtosis k₄/k₂² by Fisher's k-statistics, as Moodle has them.

    Both are 0 for a normal distribution. Skewness needs three values, kurtosis four.
    """
    values, _ = whole_numbers(numbers)
    n, total = len(values), sum(values)
    # n times each deviation from the mean is whole.
    away = [n * value - total for value in values]
    second, third, fourth = (sum(one**power for one in away) for power in (2, 3, 4))
    if n < 3:
        return Hidden(Reason.TOO_FEW), Hidden(Reason.TOO_FEW)
    if second == 0:
        return Hidden(Reason.NO_SPREAD), Hidden(Reason.NO_SPREAD)
    k2 = Fraction(second, n - 1)
    k3 = Fraction(n * third, (n - 1) * (n - 2))
    skewness = copysign(sqrt(k3 * k3 / k2**3), k3)
    if n < 4:
        return skewness, Hidden(Reason.TOO_FEW)
    k4 = Fraction(n * (n + 1) * fourth - 3 * (n - 1) * second * second, (n - 1) * (n - 2) * (n - 3))
    return skewness, float(k4 / (k2 * k2))
