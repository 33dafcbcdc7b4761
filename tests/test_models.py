"""The shallow network against a loop that follows its equation."""

import numpy as np
import pytest
import torch

from course.models import shallow_network

BETA_0, OMEGA_0 = [0.3, -1.0, -0.5, 0.2], [-1.0, 1.8, 0.65, 0.0]
ONE = (2.6, [-24.0, -8.0, 50.0, 1.5])
THREE = (
    [2.0, -2.0, 0.0],
    [[-24.0, -8.0, 50.0, 1.0], [-2.0, 8.0, -30.0, 2.0], [16.0, -8.0, -8.0, 3.0]],
)
X = np.linspace(-0.5, 1.5, 7)


def loop(x, beta_1, omega_1):
    """The outputs, one number at a time."""
    outputs = np.zeros((len(omega_1), len(x)))
    for k, (offset, weights) in enumerate(zip(beta_1, omega_1, strict=True)):
        for i, position in enumerate(x):
            total = offset
            for beta, omega, weight in zip(BETA_0, OMEGA_0, weights, strict=True):
                total += weight * max(0.0, beta + omega * position)
            outputs[k, i] = total
    return outputs


@pytest.mark.parametrize(
    ("beta_1", "omega_1"),
    [([ONE[0]], [ONE[1]]), THREE, (THREE[0][:2], THREE[1][:2])],
    ids=["one output", "three outputs", "two outputs"],
)
@pytest.mark.parametrize("x", [X, X[:1], X[:4]], ids=["many", "one", "as many as units"])
def test_outputs_are_those_of_the_loop(x, beta_1, omega_1):
    outputs = shallow_network(x, BETA_0, OMEGA_0, beta_1, omega_1)
    np.testing.assert_allclose(outputs, loop(x, beta_1, omega_1), rtol=1e-12)


@pytest.mark.parametrize(
    "x",
    [X.tolist(), X[None, :], torch.tensor(X)],
    ids=["list", "row", "tensor"],
)
def test_inputs_may_have_any_documented_form(x):
    outputs = shallow_network(x, BETA_0, OMEGA_0, *THREE)
    np.testing.assert_allclose(outputs, loop(X, *THREE), rtol=1e-12)


@pytest.mark.parametrize("column", [False, True], ids=["(D,)", "(D, 1)"])
@pytest.mark.parametrize("beta_1", [2.6, [2.6], [[2.6]]], ids=["number", "(1,)", "(1, 1)"])
@pytest.mark.parametrize("omega_1", [ONE[1], [ONE[1]]], ids=["(D,)", "(1, D)"])
def test_parameters_may_have_any_documented_shape(column, beta_1, omega_1):
    shape = (-1, 1) if column else (-1,)
    outputs = shallow_network(X, np.reshape(BETA_0, shape), np.reshape(OMEGA_0, shape), beta_1, omega_1)
    np.testing.assert_allclose(outputs, loop(X, [2.6], [ONE[1]]), rtol=1e-12)


def test_one_offset_serves_several_outputs():
    outputs = shallow_network(X, BETA_0, OMEGA_0, 0.5, THREE[1])
    np.testing.assert_allclose(outputs, loop(X, [0.5] * 3, THREE[1]), rtol=1e-12)


@pytest.mark.parametrize("x", [[0, 1, 2], np.array([0, 1, 2], dtype=np.uint8)], ids=["list", "uint8"])
def test_whole_numbers_are_computed_as_floats(x):
    outputs = shallow_network(x, BETA_0, OMEGA_0, *THREE)
    np.testing.assert_allclose(outputs, loop([0.0, 1.0, 2.0], *THREE), rtol=1e-12)


@pytest.mark.parametrize("x", [X, X[None, :]], ids=["(n,)", "(1, n)"])
@pytest.mark.parametrize(("parameters", "outputs"), [(ONE, 1), (THREE, 3)], ids=["one", "three"])
def test_shape_is_outputs_by_examples(x, parameters, outputs):
    assert shallow_network(x, BETA_0, OMEGA_0, *parameters).shape == (outputs, 7)


def test_arguments_are_left_as_they_were():
    arguments = [X.copy(), np.array(BETA_0), np.array(OMEGA_0), np.array(THREE[0]), np.array(THREE[1])]
    before = [argument.copy() for argument in arguments]
    shallow_network(*arguments)[...] = 0
    assert all((now == then).all() for now, then in zip(arguments, before, strict=True))


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ((BETA_0[:3], OMEGA_0, *ONE), "3 offsets, 4 slopes"),
        ((BETA_0, OMEGA_0[:1], *ONE), "4 offsets, 1 slopes"),
        ((BETA_0, OMEGA_0, 2.6, ONE[1][:3]), r"output weights of shape \(1, 3\)"),
        ((BETA_0, OMEGA_0, 2.6, np.reshape(ONE[1], (4, 1))), r"output weights of shape \(4, 1\)"),
        ((BETA_0, OMEGA_0, THREE[0][:2], THREE[1]), "2 output offsets for 3 outputs"),
        ((BETA_0, OMEGA_0, THREE[0], ONE[1]), "3 output offsets for 1 outputs"),
    ],
    ids=["offsets", "slopes", "weights", "weights as a column", "output offsets", "too many offsets"],
)
def test_shapes_that_do_not_fit_are_refused(parameters, says):
    with pytest.raises(ValueError, match=f"^shallow_network: .*{says}"):
        shallow_network(X, *parameters)
