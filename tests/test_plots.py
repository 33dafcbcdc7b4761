"""The figures: what every one of them keeps to, and what those of the loss-functions topic must show."""

import inspect
import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course.plots import loss_functions, style

FUNCTIONS = {
    name: function
    for name, function in inspect.getmembers(loss_functions, inspect.isfunction)
    if function.__module__ == loss_functions.__name__ and not name.startswith("_")
}
FORMS = {  # what a student may hand in for numbers in a row
    "array": np.asarray,
    "list": lambda values: np.asarray(values).tolist(),
    "row": np.atleast_2d,
}

X = np.linspace(0, 1, 21)
X_TRAIN = np.linspace(0.05, 0.95, 7)
VALUES = np.linspace(-2.0, 2.0, 9)


def arguments(name, form="array"):
    """Arguments for the function of this name, chosen by the names of its parameters."""
    convert = FORMS[form]
    wave = np.sin(6 * X)
    numbers = {
        "x": X,
        "y": X,
        "probability": np.exp(wave),
        "mu": wave,
        "sigma": 0.2,
        "model_out": wave,
        "lambda_": 1 / (1 + np.exp(-wave)),
        "x_train": X_TRAIN,
        "y_train": np.sin(X_TRAIN),
        "values": VALUES,
    }
    if name.startswith("binary"):
        numbers["y_train"] = np.arange(7) % 2
    if name.startswith("multiclass"):
        logits = np.stack([wave, -wave, 0 * wave])
        numbers["model_out"] = logits
        numbers["lambda_"] = np.exp(logits) / np.exp(logits).sum(axis=0)
        numbers["y_train"] = np.arange(7) % 3
    curves = {"Likelihood": np.exp(-(VALUES**2)), "Loss": VALUES**2, "Sum of squares": VALUES**2 + 1}
    if name in ("binary_with_losses", "multiclass_with_losses"):
        del curves["Sum of squares"]
    others = {
        "curves": {title: convert(curve) for title, curve in curves.items()},
        "current": 0.5,
        "xlabel": "offset",
        "title": "before training",
        "mark": (0.5, 1.0),
    }
    samples = {key: value if np.ndim(value) == 0 else convert(value) for key, value in numbers.items()}
    return {key: (samples | others)[key] for key in inspect.signature(FUNCTIONS[name]).parameters}


def draw(name, form="array"):
    return FUNCTIONS[name](**arguments(name, form))


def drawn(figure):
    """The points of every line, panel by panel, as plain numbers."""
    return [
        [np.asarray(line.get_xydata(), dtype=float).round(9).tolist() for line in axes.lines]
        for axes in figure.axes
    ]


@pytest.fixture(autouse=True)
def default_settings():
    """Every test starts from Matplotlib's own settings, whatever an earlier one left behind."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


each_function = pytest.mark.parametrize("name", FUNCTIONS)


# every figure --------------------------------------------------------------------------------------


@each_function
@pytest.mark.parametrize("form", FORMS)
def test_function_returns_its_figure(name, form):
    assert isinstance(draw(name, form), plt.Figure)


@each_function
@pytest.mark.parametrize("form", ["list", "row"])
def test_figure_is_the_same_from(name, form):
    assert drawn(draw(name, form)) == drawn(draw(name))


@each_function
def test_figure_is_drawn_without_optional_arguments(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    required = {p.name for p in parameters if p.default is inspect.Parameter.empty}
    given = {key: value for key, value in arguments(name).items() if key in required}
    assert isinstance(FUNCTIONS[name](**given), plt.Figure)


@each_function
def test_pyplot_keeps_no_figure(name):
    before = plt.get_fignums()
    draw(name)
    assert plt.get_fignums() == before


@each_function
def test_settings_are_left_as_they_were(name):
    before = dict(mpl.rcParams)
    draw(name)
    assert dict(mpl.rcParams) == before


@each_function
def test_settings_are_left_as_they_were_after_an_error(name):
    before = dict(mpl.rcParams)
    broken = {
        key: "no numbers" if isinstance(value, np.ndarray) else value for key, value in arguments(name).items()
    }
    with pytest.raises((TypeError, ValueError)):
        FUNCTIONS[name](**broken)
    assert dict(mpl.rcParams) == before


@each_function
def test_arguments_are_left_as_they_were(name):
    given, fresh = arguments(name), arguments(name)
    FUNCTIONS[name](**given)
    np.testing.assert_equal(given, fresh)


@each_function
def test_every_panel_is_labelled(name):
    labels = [(axes.get_xlabel(), axes.get_ylabel() or axes.get_title()) for axes in draw(name).axes]
    assert labels
    assert all(all(pair) for pair in labels)


@each_function
@pytest.mark.filterwarnings("error")  # a missing glyph, a layout that does not fit
def test_figure_is_saved_as_png(name):
    file = io.BytesIO()
    draw(name).savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name", [name for name in FUNCTIONS if "x_train" in inspect.signature(FUNCTIONS[name]).parameters]
)
def test_every_example_is_drawn(name):
    positions = {x for lines in drawn(draw(name)) for line in lines for x, _ in line}
    assert positions >= set(X_TRAIN.round(9).tolist())


# the loss-functions topic --------------------------------------------------------------------------


def best(curve, title):
    """The position that `losses` calls the best of this curve."""
    (axes,) = loss_functions.losses(VALUES, {title: curve}, "offset").axes
    _, (label,) = axes.get_legend_handles_labels()
    return float(label.removeprefix("best: "))


@pytest.mark.parametrize(
    ("title", "position"),
    [("Likelihood", 1.0), ("likelihood of the data", 1.0), ("Negative log-likelihood", -1.5), ("Loss", -1.5)],
)
def test_best_is_the_largest_likelihood_and_the_least_of_others(title, position):
    curve = np.zeros(9)
    curve[VALUES == 1.0], curve[VALUES == -1.5] = 1, -1
    assert best(curve, title) == position


@pytest.mark.parametrize("title", ["Likelihood", "Loss"])
def test_best_passes_over_nan(title):
    curve = (VALUES - 0.5) ** 2 * (-1 if title == "Likelihood" else 1)
    curve[:3] = np.nan
    assert best(curve, title) == 0.5


def test_current_value_is_marked_on_the_curve():
    (lines,) = drawn(loss_functions.losses(VALUES, {"Loss": VALUES**2}, "offset", current=0.75))
    assert [[0.75, 0.625]] in lines  # halfway between 0.5**2 and 1


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_criterion_has_its_panel(count):
    curves = {f"Loss {i}": VALUES**2 for i in range(count)}
    titles = [axes.get_title() for axes in loss_functions.losses(VALUES, curves, "offset").axes]
    assert titles == list(curves)


@pytest.mark.parametrize("sigma", [0.25, np.full(21, 0.25)], ids=["number", "one a position"])
def test_regression_band_is_two_sigmas_each_way(sigma):
    (axes,) = loss_functions.regression(X, 0 * X, X_TRAIN, X_TRAIN, sigma).axes
    (band,) = axes.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (-0.5, 0.5)


def test_regression_has_no_band_without_sigma():
    (axes,) = loss_functions.regression(X, 0 * X, X_TRAIN, X_TRAIN).axes
    assert not axes.collections


def test_density_marks_the_point():
    (lines,) = drawn(loss_functions.density(X, X, mark=(0.5, 0.25)))
    assert [[0.5, 0.25]] in lines


@pytest.mark.parametrize("classes", [2, 3])
def test_multiclass_draws_a_curve_a_class(classes):
    sample = arguments("multiclass")
    sample |= {key: sample[key][:classes] for key in ("model_out", "lambda_")}
    left, _ = drawn(loss_functions.multiclass(**sample))
    assert len([line for line in left if len(line) == len(X)]) == classes


# style ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("redrawn", [False, True])
def test_panels_come_row_by_row(redrawn):
    _, axes = style.panels(3, 2, redrawn=redrawn)
    places = [(panel.get_subplotspec().rowspan.start, panel.get_subplotspec().colspan.start) for panel in axes]
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_panels_have_the_size_asked_for():
    figure, _ = style.panels(3, 2, width=4.0, height=3.0)
    assert figure.get_size_inches().tolist() == [12.0, 6.0]


def test_style_holds_inside_the_block_only():
    before = mpl.rcParams["axes.spines.top"]
    with style.course_style():
        inside = mpl.rcParams["axes.spines.top"]
    assert (before, inside, mpl.rcParams["axes.spines.top"]) == (True, False, True)


@pytest.mark.parametrize("looks", [style.CLASS_COLOURS, style.CLASS_MARKERS], ids=["colours", "markers"])
def test_three_classes_look_different(looks):
    assert len(set(looks)) == 3
