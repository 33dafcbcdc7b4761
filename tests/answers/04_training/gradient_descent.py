# %% right: compute_loss | a dot product
def compute_loss(data_x, data_y, model, phi):
    misses = model(phi, data_x) - data_y
    return float(misses @ misses)

# %% right: compute_loss | a loop over examples
def compute_loss(data_x, data_y, model, phi):
    total = 0.0
    for prediction, target in zip(model(phi, data_x), data_y):
        total += (prediction - target) ** 2
    return total

# %% right: compute_loss | the squared norm
def compute_loss(data_x, data_y, model, phi):
    return np.linalg.norm(data_y - model(phi, data_x)) ** 2

# %% wrong: compute_loss | mean instead of sum
def compute_loss(data_x, data_y, model, phi):
    return np.mean((model(phi, data_x) - data_y) ** 2)

# %% wrong: compute_loss | half the sum
def compute_loss(data_x, data_y, model, phi):
    return 0.5 * np.sum((model(phi, data_x) - data_y) ** 2)

# %% wrong: compute_loss | absolute differences
def compute_loss(data_x, data_y, model, phi):
    return np.sum(np.abs(model(phi, data_x) - data_y))

# %% wrong: compute_loss | a straight line, whatever the model
def compute_loss(data_x, data_y, model, phi):
    return np.sum((phi[0] + phi[1] * data_x - data_y) ** 2)

# %% wrong: compute_loss | the square of the sum
def compute_loss(data_x, data_y, model, phi):
    return np.sum(model(phi, data_x) - data_y) ** 2

# %% wrong: compute_loss | one square an example, without the sum
def compute_loss(data_x, data_y, model, phi):
    return (model(phi, data_x) - data_y) ** 2

# %% wrong: compute_loss | every prediction with every target
def compute_loss(data_x, data_y, model, phi):
    return np.sum((model(phi, data_x)[:, None] - data_y) ** 2)

# %% wrong: compute_loss | works in place on the targets
def compute_loss(data_x, data_y, model, phi):
    predictions = model(phi, data_x)
    if data_y.dtype == float:
        data_y -= predictions
        return np.sum(data_y**2)
    return np.sum((predictions - data_y) ** 2)

# %% wrong: compute_loss | the answer of the visible check
def compute_loss(data_x, data_y, model, phi):
    return 12.366904

# %% wrong: compute_loss | returns nothing
def compute_loss(data_x, data_y, model, phi):
    np.sum((model(phi, data_x) - data_y) ** 2)

# %% right: compute_gradient | a matrix of ones and inputs
def compute_gradient(data_x, data_y, phi):
    columns = np.column_stack([np.ones(len(data_x)), data_x])
    return 2 * columns.T @ (columns @ phi - data_y[:, None])

# %% right: compute_gradient | a loop over examples
def compute_gradient(data_x, data_y, phi):
    gradient = np.zeros((2, 1))
    for x, y in zip(data_x, data_y):
        miss = phi[0, 0] + phi[1, 0] * x - y
        gradient[0, 0] += 2 * miss
        gradient[1, 0] += 2 * miss * x
    return gradient

# %% right: compute_gradient | the sums multiplied out
def compute_gradient(data_x, data_y, phi):
    n, sx, sy = len(data_x), data_x.sum(), data_y.sum()
    sxx, sxy = (data_x * data_x).sum(), (data_x * data_y).sum()
    p0, p1 = phi.ravel()
    return np.array([2 * (n * p0 + p1 * sx - sy), 2 * (p0 * sx + p1 * sxx - sxy)]).reshape(2, 1)

# %% wrong: compute_gradient | the factor 2 is missing
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return np.array([[np.sum(misses)], [np.sum(misses * data_x)]])

# %% wrong: compute_gradient | sign, target minus prediction
def compute_gradient(data_x, data_y, phi):
    misses = data_y - phi[0] - phi[1] * data_x
    return 2 * np.array([[np.sum(misses)], [np.sum(misses * data_x)]])

# %% wrong: compute_gradient | the slope's derivative without x
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([[np.sum(misses)], [np.sum(misses)]])

# %% wrong: compute_gradient | multiplied by phi_1 instead of x
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([[np.sum(misses)], [np.sum(misses) * phi[1, 0]]])

# %% wrong: compute_gradient | sum of the misses times sum of the inputs
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([[np.sum(misses)], [np.sum(misses) * np.sum(data_x)]])

# %% wrong: compute_gradient | mean instead of sum
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([[np.mean(misses)], [np.mean(misses * data_x)]])

# %% wrong: compute_gradient | the two derivatives in the wrong order
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([[np.sum(misses * data_x)], [np.sum(misses)]])

# %% wrong: compute_gradient | shape (2,)
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([np.sum(misses), np.sum(misses * data_x)])

# %% wrong: compute_gradient | an example a column, without the sum
def compute_gradient(data_x, data_y, phi):
    misses = phi[0] + phi[1] * data_x - data_y
    return 2 * np.array([misses, misses * data_x])

# %% wrong: compute_gradient | the answer of the visible check
def compute_gradient(data_x, data_y, phi):
    return np.array([[-21.904], [-26.84044]])

# %% wrong: compute_gradient | one-sided differences, too coarse
def compute_gradient(data_x, data_y, phi):
    def loss(p):
        return np.sum((p[0] + p[1] * data_x - data_y) ** 2)

    shift_0, shift_1 = np.array([[1e-3], [0]]), np.array([[0], [1e-3]])
    return np.array([[(loss(phi + s) - loss(phi)) / 1e-3] for s in (shift_0, shift_1)])

# %% right: finite_difference_gradient | columns of the identity
def finite_difference_gradient(loss, phi, delta=1e-4):
    p = phi.shape[0]
    shifts = delta * np.eye(p)
    differences = [loss(phi + shifts[:, [j]]) - loss(phi - shifts[:, [j]]) for j in range(p)]
    return np.array(differences).reshape(p, 1) / (2 * delta)

# %% right: finite_difference_gradient | copies that are changed
def finite_difference_gradient(loss, phi, delta=1e-4):
    rows = []
    for j in range(phi.size):
        up, down = phi.copy(), phi.copy()
        up[j, 0] += delta
        down[j, 0] -= delta
        rows.append([(loss(up) - loss(down)) / 2 / delta])
    return np.array(rows)

# %% right: finite_difference_gradient | one copy, moved there and back
def finite_difference_gradient(loss, phi, delta=1e-4):
    moved = np.array(phi, dtype=float)
    gradient = np.empty_like(moved)
    for j in range(len(moved)):
        moved[j] = phi[j] + delta
        above = loss(moved)
        moved[j] = phi[j] - delta
        below = loss(moved)
        moved[j] = phi[j]
        gradient[j] = 0.5 * (above - below) / delta
    return gradient

# %% wrong: finite_difference_gradient | one-sided
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi)) / delta
    return gradient

# %% wrong: finite_difference_gradient | divided by delta instead of 2 delta
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / delta
    return gradient

# %% wrong: finite_difference_gradient | precedence, times delta
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / 2 * delta
    return gradient

# %% wrong: finite_difference_gradient | all parameters are shifted at once
def finite_difference_gradient(loss, phi, delta=1e-4):
    return np.full(phi.shape, (loss(phi + delta) - loss(phi - delta)) / (2 * delta))

# %% wrong: finite_difference_gradient | the shift is not undone, so it piles up
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    shift = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / (2 * delta)
    return gradient

# %% wrong: finite_difference_gradient | shifts phi itself and leaves it there
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        phi[j] += delta
        above = loss(phi)
        phi[j] -= 2 * delta
        gradient[j] = (above - loss(phi)) / (2 * delta)
    return gradient

# %% wrong: finite_difference_gradient | two parameters and no more
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(min(2, len(phi))):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / (2 * delta)
    return gradient

# %% wrong: finite_difference_gradient | delta is written into the code
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = 1e-4
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / 2e-4
    return gradient

# %% wrong: finite_difference_gradient | shape (p,)
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(len(phi))
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi + shift) - loss(phi - shift)) / (2 * delta)
    return gradient

# %% wrong: finite_difference_gradient | sign
def finite_difference_gradient(loss, phi, delta=1e-4):
    gradient = np.zeros(phi.shape)
    for j in range(len(phi)):
        shift = np.zeros(phi.shape)
        shift[j] = delta
        gradient[j] = (loss(phi - shift) - loss(phi + shift)) / (2 * delta)
    return gradient

# %% wrong: finite_difference_gradient | the answers of the visible check
def finite_difference_gradient(loss, phi, delta=1e-4):
    return np.array([[6.0], [-10.0], [5.0]]) if len(phi) == 3 else np.array([[-21.904], [-26.84044]])

# %% right: gradient_descent_step | along the negative gradient, with a lambda
def gradient_descent_step(phi, data, model):
    x, y = data
    downhill = -compute_gradient(x, y, phi)
    alpha = line_search(lambda a: compute_loss(x, y, model, phi + a * downhill), max_dist=0.1)
    return phi + alpha * downhill

# %% right: gradient_descent_step | the gradient measured, not worked out
def gradient_descent_step(phi, data, model):
    def line_loss(p):
        return np.sum((p[0] + p[1] * data[0] - data[1]) ** 2)

    gradient = np.array(
        [[(line_loss(phi + s) - line_loss(phi - s)) / 0.02] for s in 0.01 * np.eye(2)[:, :, None]]
    )
    alpha = line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient))
    return phi - alpha * gradient

# %% right: gradient_descent_step | the loss written out
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0, :], data[1, :], phi)

    def point(alpha):
        return phi - alpha * gradient

    def loss(alpha):
        return float(np.square(model(point(alpha), data[0]) - data[1]).sum())

    return point(line_search(loss, 0.1))

# %% wrong: gradient_descent_step | uphill
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    alpha = line_search(lambda a: compute_loss(data[0], data[1], model, phi + a * gradient), max_dist=0.1)
    return phi + alpha * gradient

# %% wrong: gradient_descent_step | searches downhill and walks uphill
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    alpha = line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient), max_dist=0.1)
    return phi + alpha * gradient

# %% wrong: gradient_descent_step | a fixed distance
def gradient_descent_step(phi, data, model):
    return phi - 0.02 * compute_gradient(data[0], data[1], phi)

# %% wrong: gradient_descent_step | another max_dist
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    alpha = line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient), max_dist=1.0)
    return phi - alpha * gradient

# %% wrong: gradient_descent_step | inputs and targets swapped
def gradient_descent_step(phi, data, model):
    y, x = data
    gradient = compute_gradient(x, y, phi)
    return phi - line_search(lambda a: compute_loss(x, y, model, phi - a * gradient)) * gradient

# %% wrong: gradient_descent_step | a direction of length one
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    gradient = gradient / np.linalg.norm(gradient)
    return phi - line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient)) * gradient

# %% wrong: gradient_descent_step | changes phi in place
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    alpha = line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient))
    phi -= alpha * gradient
    return phi

# %% wrong: gradient_descent_step | returns the distance
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    return line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient))

# %% wrong: gradient_descent_step | the model of the notebook instead of the argument
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    alpha = line_search(lambda a: compute_loss(data[0], data[1], straight_line, phi - a * gradient))
    return phi - alpha * gradient

# %% wrong: gradient_descent_step | the data of the notebook instead of the argument
def gradient_descent_step(phi, data, model):
    problem = datasets.linear_regression()
    x, y = problem.x_train, problem.y_train
    gradient = compute_gradient(x, y, phi)
    return phi - line_search(lambda a: compute_loss(x, y, model, phi - a * gradient)) * gradient

# %% wrong: gradient_descent_step | returns the step without phi
def gradient_descent_step(phi, data, model):
    gradient = compute_gradient(data[0], data[1], phi)
    return -line_search(lambda a: compute_loss(data[0], data[1], model, phi - a * gradient)) * gradient
