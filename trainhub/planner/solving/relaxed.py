"""A model of seats without the demand that they be whole: a linear program, solved in a blink.

Where classes stand and only people are seated, nearly all of its answer is whole anyhow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SOLVER = "highs"
# Without this it greets on the standard output, which belongs to reports and plans.
SILENT = "output_flag=false"
ENDLESS = 1 << 62


def relaxed_values(model: Any, seconds: float) -> list[float] | None:
    """The values of the model's variables, in its order, at the least cost that need not be
    whole; None where that is not found in the time, or not with the solver that is there.

    Understands what block models are made of: linear rules, at most one, exactly one and
    implications.
    """
    from ortools.linear_solver.python import model_builder_helper as linear

    program, solver = linear.ModelBuilderHelper(), linear.ModelSolverHelper(SOLVER)
    if not solver.solver_is_supported():
        return None
    written = _Program(program)
    asked = model.proto
    for variable in asked.variables:
        written.variable(list(variable.domain))
    for rule in asked.constraints:
        if not written.rule(rule):
            return None
    for variable, price in zip(asked.objective.vars, asked.objective.coeffs, strict=True):
        program.set_var_objective_coefficient(variable, float(price))
    solver.enable_output(False)
    solver.set_solver_specific_parameters(SILENT)
    solver.set_time_limit_in_seconds(max(0.01, seconds))
    solver.solve(program)
    if solver.status() != linear.SolveStatus.OPTIMAL:
        return None
    return [float(value) for value in solver.variable_values()]


class _Program:
    """Rules of a CP-SAT model written as rows; literals below 0 are negations."""

    def __init__(self, program: Any) -> None:
        self.program = program

    def variable(self, domain: list[int]) -> None:
        number = self.program.add_var()
        self.program.set_var_lower_bound(number, float(domain[0]))
        self.program.set_var_upper_bound(number, float(domain[-1]))

    def rule(self, rule: Any) -> bool:
        """Write the rule; whether its kind is known here."""
        if rule.has_linear():
            domain = list(rule.linear.domain)
            self._row(rule.linear.vars, rule.linear.coeffs, domain[0], domain[-1])
        elif rule.has_at_most_one():
            self._literals(rule.at_most_one.literals, -ENDLESS, 1)
        elif rule.has_exactly_one():
            self._literals(rule.exactly_one.literals, 1, 1)
        elif rule.has_bool_or():
            without = [-literal - 1 for literal in rule.enforcement_literal]
            self._literals([*rule.bool_or.literals, *without], 1, ENDLESS)
        elif rule.has_bool_and():
            for condition in rule.enforcement_literal:
                for literal in rule.bool_and.literals:
                    self._literals([-condition - 1, literal], 1, ENDLESS)
        else:
            return False
        return not (rule.has_linear() and list(rule.enforcement_literal))

    def _literals(self, literals: Iterable[int], least: int, most: int) -> None:
        """So many of the literals hold."""
        variables, factors, negated = [], [], 0
        for literal in literals:
            variables.append(literal if literal >= 0 else -literal - 1)
            factors.append(1 if literal >= 0 else -1)
            negated += literal < 0
        self._row(variables, factors, least - negated, most - negated)

    def _row(self, variables: Iterable[int], factors: Iterable[int], least: int, most: int) -> None:
        number = self.program.add_linear_constraint()
        endless = float("inf")
        self.program.set_constraint_lower_bound(
            number, float(least) if least > -ENDLESS else -endless
        )
        self.program.set_constraint_upper_bound(number, float(most) if most < ENDLESS else endless)
        for variable, factor in zip(variables, factors, strict=True):
            self.program.add_term_to_constraint(number, variable, float(factor))
