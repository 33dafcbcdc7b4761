"""The datasets: fresh arrays, and the numbers that the course's figures rest on."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from course.data import loss_functions

FIGURES = json.loads((Path(__file__).parent / "figures" / "loss_functions.json").read_text())
PROBLEMS = {
    "regression": loss_functions.regression,
    "binary": loss_functions.binary_classification,
    "multiclass": loss_functions.multiclass_classification,
}
FIELDS = [field.name for field in dataclasses.fields(loss_functions.Problem)]

each_problem = pytest.mark.parametrize("name", PROBLEMS)
each_field = pytest.mark.parametrize("field", FIELDS)


@each_problem
@each_field
def test_problem_is_not_touched_by_changes_to_an_earlier_one(name, field):
    getattr(PROBLEMS[name](), field)[...] = 99
    assert not (getattr(PROBLEMS[name](), field) == 99).any()


@each_field
def test_problems_share_no_array(field):
    first, second, third = (getattr(make(), field) for make in PROBLEMS.values())
    assert not any(np.shares_memory(a, b) for a, b in [(first, second), (first, third), (second, third)])


@each_problem
def test_fields_cannot_be_replaced(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROBLEMS[name]().x_train = np.zeros(20)


@pytest.mark.parametrize(("name", "outputs"), [("regression", 1), ("binary", 1), ("multiclass", 3)])
def test_shapes_are_as_documented(name, outputs):
    problem = PROBLEMS[name]()
    assert {field: getattr(problem, field).shape for field in FIELDS} == {
        "x_train": (20,),
        "y_train": (20,),
        "beta_0": (3, 1),
        "omega_0": (3, 1),
        "beta_1": (outputs, 1),
        "omega_1": (outputs, 3),
    }


@each_problem
@each_field
def test_values_are_those_of_the_figures(name, field):
    figures = {"x_train": FIGURES["x_train"], **FIGURES["hidden_parameters"], **FIGURES[name]}
    assert getattr(PROBLEMS[name](), field).ravel().tolist() == np.ravel(figures[field]).tolist()


@pytest.mark.parametrize(("name", "labels"), [("binary", {0, 1}), ("multiclass", {0, 1, 2})])
def test_labels_are_whole_numbers(name, labels):
    y = PROBLEMS[name]().y_train
    assert (y.dtype.kind, set(y.tolist())) == ("i", labels)


# The figures' numbers, computed once more, from the data and nothing else of the course.


def output(problem, beta_1=None):
    """The network's output with other offsets of its outputs, shape (outputs, 20)."""
    units = np.maximum(0, problem.beta_0 + problem.omega_0 * problem.x_train)
    return (problem.beta_1 if beta_1 is None else beta_1) + problem.omega_1 @ units


def regression_probability(problem, mu, sigma=0.2):
    residuals = (problem.y_train - mu) / sigma
    return np.exp(-0.5 * residuals**2) / (np.sqrt(2 * np.pi) * sigma)


def binary_probability(problem, logits):
    return np.where(problem.y_train == 1, 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits)))


def multiclass_probability(problem, logits):
    return np.exp(logits[problem.y_train, np.arange(20)]) / np.exp(logits).sum(axis=0)


def nll(probability):
    return -np.log(probability).sum()


def best(grid, loss):
    """The grid's value with the least loss, and that loss."""
    losses = [loss(value) for value in grid]
    return grid[np.argmin(losses)], min(losses)


def regression_numbers():
    problem = loss_functions.regression()
    probability = regression_probability(problem, output(problem))
    offset, least = best(
        np.arange(101) / 100, lambda value: nll(regression_probability(problem, output(problem, value)))
    )
    mu = output(problem, offset)
    sigma, at_sigma = best(
        np.arange(100, 501, 5) / 1000, lambda value: nll(regression_probability(problem, mu, value))
    )
    return {
        "normal_pdf(y=1,mu=-1,sigma=2.3)": np.exp(-0.5 * (2 / 2.3) ** 2) / (np.sqrt(2 * np.pi) * 2.3),
        "likelihood": probability.prod(),
        "negative_log_likelihood": nll(probability),
        "sum_of_squares": ((problem.y_train - output(problem)) ** 2).sum(),
        "best beta_1 on 0..1 step 0.01": offset,
        "nll there": least,
        "sum of squares there": ((problem.y_train - mu) ** 2).sum(),
        "likelihood there": regression_probability(problem, mu).prod(),
        "best sigma on 0.1..0.5 step 0.005 at beta_1=0.27": sigma,
        "nll at that sigma": at_sigma,
    }


def binary_numbers():
    problem = loss_functions.binary_classification()
    probability = binary_probability(problem, output(problem))
    offset, least = best(
        np.arange(-20, 61) / 10, lambda value: nll(binary_probability(problem, output(problem, value)))
    )
    return {
        "likelihood": probability.prod(),
        "negative_log_likelihood": nll(probability),
        "best beta_1 on -2..6 step 0.1": offset,
        "nll there": least,
    }


def multiclass_numbers():
    problem = loss_functions.multiclass_classification()
    probability = multiclass_probability(problem, output(problem))
    offset, least = best(
        np.arange(-20, 61) / 10,
        lambda value: nll(multiclass_probability(problem, output(problem, np.array([[value], [-2.0], [0.0]])))),
    )
    return {
        "likelihood": probability.prod(),
        "negative_log_likelihood": nll(probability),
        "best beta_1[0] on -2..6 step 0.1": offset,
        "nll there": least,
    }


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("regression", regression_numbers), ("binary", binary_numbers), ("multiclass", multiclass_numbers)],
)
def test_data_give_the_numbers_of_the_figures(name, numbers):
    assert numbers() == pytest.approx(FIGURES[name]["expected"], rel=1e-9, abs=0)
