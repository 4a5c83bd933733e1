"""Are the item and test statistics right? A second computation, written differently.

    python3 -m pip install --target /tmp/numpy numpy
    PYTHONPATH=/tmp/numpy .venv/bin/python bench/item_statistics.py --seed 20261123

numpy is no dependency of TrainHub, so it is installed beside the environment. The script
makes answers the way item response theory does (an ability for each person, a difficulty and a
slope for each item, partial marks in thirds), once on one common paper and once on papers that
share ten items and draw the rest. It computes every figure with numpy from the formulas, in
floating point and on whole matrices, while TrainHub adds whole numbers item by item, and prints
the largest absolute difference of each figure. It ends with status 1 if one exceeds 1e-9.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parent.parent))
from trainhub.assessment.rules.statistics import (
    Answer,
    Hidden,
    ItemScores,
    Option,
    exam_statistics,
)

ALLOWED = 1e-9
FEWEST = 10
OPTIONS = "abcd"  # "a" is right


class Data:
    """What both computations are given: people by items, NaN where a paper lacks the item."""

    def __init__(self, people: int, items: int, *, drawn: bool, seed: int) -> None:
        chance = np.random.default_rng(seed)
        ability = chance.normal(0.6, 1, people)
        slope, difficulty = chance.lognormal(0, 0.4, items), chance.normal(0, 1.1, items)
        slope[items // 2] *= -1  # one question works backwards
        reach = 1 / (1 + np.exp(-slope * (ability[:, None] - difficulty)))
        self.maximum = chance.choice([1.0, 1.0, 2.0, 3.0], items)
        self.thirds = np.round(3 * np.clip(reach + chance.normal(0, 0.25, reach.shape), 0, 1))
        one_point = self.maximum == 1
        right = chance.random(reach.shape) < reach
        self.thirds[:, one_point] = 3 * right[:, one_point]
        self.chosen = np.where(self.thirds == 3, 0, chance.integers(1, 4, reach.shape))
        self.chosen[chance.random(reach.shape) < 0.02] = -1  # left blank
        self.thirds[self.chosen == -1] = 0
        self.seconds = np.round(chance.lognormal(3.4, 0.6, reach.shape), 1)
        self.expected = chance.choice([15.0, 20.0, 30.0, 45.0], items)
        self.held = np.ones(reach.shape, bool)
        if drawn:
            order = np.argsort(chance.random((people, items - 10)), axis=1)
            self.held[:, 10:] = order < (items - 10) // 3
            self.held[: people - 20, -1] = False  # one question that hardly anybody met
        self.marks = np.where(self.held, self.maximum * self.thirds / 3, np.nan)

    def scores(self) -> list[ItemScores]:
        """The same as TrainHub takes it, the marks as exact thirds."""
        options = tuple(Option(name, name == "a") for name in OPTIONS)
        return [
            ItemScores(
                item=item,
                maximum=int(self.maximum[item]),
                answers={
                    int(who): Answer(
                        Fraction(int(self.thirds[who, item]) * int(self.maximum[item]), 3),
                        (OPTIONS[self.chosen[who, item]],) if self.chosen[who, item] >= 0 else (),
                        float(self.seconds[who, item]),
                    )
                    for who in np.flatnonzero(self.held[:, item])
                },
                options=options,
                expected_seconds=float(self.expected[item]),
            )
            for item in range(len(self.maximum))
        ]


def columnwise(xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Sample covariances of the columns, over the rows where both are known."""
    known = ~np.isnan(xs) & ~np.isnan(ys)
    n = known.sum(axis=0)
    x, y = np.where(known, xs, 0), np.where(known, ys, 0)
    x_away = np.where(known, x - x.sum(axis=0) / n, 0)
    y_away = np.where(known, y - y.sum(axis=0) / n, 0)
    return (x_away * y_away).sum(axis=0) / (n - 1)


def members(totals: np.ndarray, size: int) -> np.ndarray:
    """Weights of the `size` highest: the part of each tied block that lies within them."""
    rounded = np.round(totals, 9)
    above = (rounded[None, :] > rounded[:, None]).sum(axis=1)
    block = (rounded[None, :] == rounded[:, None]).sum(axis=1)
    return np.clip(size - above, 0, block) / block


def half_up(number: float) -> int:
    return int(np.floor(number + 0.5))


def by_numpy(data: Data) -> dict[str, np.ndarray]:
    """Every figure, item by item or once for the exam, in TrainHub's units.

    An item that fewer than ten people met is taken out of everything but the totals.
    """
    marks, held, worth = data.marks, data.held, data.maximum
    n = held.sum(axis=0)
    points, best = np.nansum(marks, axis=1), held @ worth
    common = np.ptp(best) == 0
    total = points if common else points / best
    fixed = held.all(axis=0)
    rest = points[:, None] - np.nan_to_num(marks)
    if not common:
        rest = rest / (best[:, None] - worth)
    others = np.where(fixed, rest, total[:, None])
    others[~held] = np.nan
    both = columnwise(marks, others)
    most = columnwise(np.sort(marks, axis=0), np.sort(others, axis=0))
    pull = columnwise(marks, np.where(held, total[:, None], np.nan))
    root = np.sqrt(np.where((pull < 0) | (n < FEWEST), np.nan, pull))
    result = {
        "facility": 100 * np.nanmean(marks, axis=0) / worth,
        "sd": np.nanstd(marks, axis=0, ddof=1),
        "discrimination": 100
        * both
        / np.sqrt(columnwise(marks, marks) * columnwise(others, others)),
        "efficiency": 100 * both / most,
        "weight": 100 * root / np.nansum(root),
        "median_seconds": np.nanmedian(np.where(held, data.seconds, np.nan), axis=0),
        "slow_share": 100 * (held & (data.seconds > 2 * data.expected)).sum(axis=0) / n,
        "upper_lower": np.array([outer_difference(data, total, item) for item in range(len(n))]),
    }
    for figure in result.values():
        figure[n < FEWEST] = np.nan
    return {**result, **options_by_numpy(data, total, points / best), **whole_exam(data)}


def outer_difference(data: Data, total: np.ndarray, item: int) -> float:
    rows = data.held[:, item]
    if rows.sum() < FEWEST:
        return np.nan
    share, size = data.marks[rows, item] / data.maximum[item], half_up(0.27 * rows.sum())
    upper, lower = members(total[rows], size), members(-total[rows], size)
    return float(100 * (np.average(share, weights=upper) - np.average(share, weights=lower)))


def options_by_numpy(data: Data, total: np.ndarray, share: np.ndarray) -> dict[str, np.ndarray]:
    """The distractor tables laid end to end: four options and the blanks of each item."""
    rows: list[list[float]] = []
    for item in range(len(data.maximum)):
        held = data.held[:, item]
        if held.sum() < FEWEST:
            continue
        size = half_up(held.sum() / 3)
        upper, lower = members(total[held], size), members(-total[held], size)
        for number in [0, 1, 2, 3, -1]:
            chose = data.chosen[held, item] == number
            if number == -1 and not chose.any():
                continue
            groups = (upper, 1 - upper - lower, lower)
            mean = 100 * share[held][chose].mean() if chose.any() else np.nan
            shares = [100 * np.average(chose, weights=group) for group in groups]
            rows.append([chose.sum(), *shares, mean])
    names = ("option chosen", "option upper", "option middle", "option lower", "option mean")
    return dict(zip(names, np.array(rows).T, strict=True))


def whole_exam(data: Data) -> dict[str, np.ndarray]:
    points = np.nansum(data.marks, axis=1)
    best = data.held @ data.maximum
    mark = 100 * points / best
    away = mark - mark.mean()
    n = len(mark)
    m2, m3, m4 = ((away**power).mean() for power in (2, 3, 4))
    k2, k3 = n * m2 / (n - 1), n**2 * m3 / ((n - 1) * (n - 2))
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    alpha = ratio = error = np.nan
    if data.held.all():
        cov = np.cov(data.marks, rowvar=False)
        k = len(cov)
        alpha = k / (k - 1) * (1 - np.trace(cov) / cov.sum())
        ratio = np.sqrt(1 - alpha)
        error = points.std(ddof=1) * ratio
    figures = {
        "exam mean": mark.mean(),
        "exam median": np.median(mark),
        "exam sd": mark.std(ddof=1),
        "exam skewness": k3 / k2**1.5,
        "exam kurtosis": k4 / k2**2,
        "exam alpha": 100 * alpha,
        "exam error ratio": 100 * ratio,
        "exam error, points": error,
        "exam error, per cent": 100 * error / best[0],
    }
    return {name: np.array([value]) for name, value in figures.items()}


def numbers(values: Iterable[object]) -> np.ndarray:
    return np.array([np.nan if isinstance(one, Hidden) else float(str(one)) for one in values])


def by_trainhub(data: Data) -> dict[str, np.ndarray]:
    exam, items = exam_statistics(data.scores())
    names = ("facility", "sd", "discrimination", "efficiency", "weight", "upper_lower")
    result = {
        name: numbers(getattr(item, name) for item in items)
        for name in (*names, "median_seconds", "slow_share")
    }
    rows = [row for item in items if not isinstance(item.options, Hidden) for row in item.options]
    for name, field in [("chosen", "chosen"), ("mean", "mean_total")]:
        result[f"option {name}"] = numbers(getattr(row, field) for row in rows)
    for name in ("upper", "middle", "lower"):
        result[f"option {name}"] = numbers(getattr(row, name) for row in rows)
    for name in ("mean", "median", "sd", "skewness", "kurtosis", "alpha"):
        result[f"exam {name}"] = numbers([getattr(exam, name)])
    for name, field in [
        ("error ratio", "error_ratio"),
        ("error, points", "error_points"),
        ("error, per cent", "error_percent"),
    ]:
        result[f"exam {name}"] = numbers([getattr(exam.form, field, exam.form)])
    return result


def compare(data: Data) -> dict[str, tuple[int, int, float, float]]:
    """For each figure: shown, withheld, largest size, largest absolute difference."""
    ours, theirs = by_trainhub(data), by_numpy(data)
    rows = {}
    for name, expected in theirs.items():
        got = ours[name]
        assert (np.isnan(got) == np.isnan(expected)).all(), f"{name}: withheld by one side only"
        shown = ~np.isnan(got)
        if shown.any():
            apart = np.abs(got[shown] - expected[shown]).max()
            size = np.abs(got[shown]).max()
        else:
            apart = size = 0.0
        rows[name] = (int(shown.sum()), int((~shown).sum()), float(size), float(apart))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    worst = 0.0
    for title, drawn in [("One common paper", False), ("Drawn papers", True)]:
        data = Data(asked.people, asked.items, drawn=drawn, seed=asked.seed)
        print(f"{title}: {asked.people} people, {asked.items} items, numpy {np.__version__}\n")
        print("| Figure | shown | withheld | largest figure | largest difference |")
        print("|---|---|---|---|---|")
        for name, (shown, withheld, size, apart) in compare(data).items():
            print(f"| {name} | {shown} | {withheld} | {size:.4f} | {apart:.1e} |")
            worst = max(worst, apart)
        print()
    print(f"Largest difference of all: {worst:.1e}")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
