# %% right: gabor | element by element, in plain Python
def gabor(phi, x):
    import math

    values = []
    for each in x:
        a = float(phi[0, 0]) + 0.06 * float(phi[1, 0]) * float(each)
        values.append(math.sin(a) * math.exp(-a * a / 32))
    return np.array(values)

# %% right: gabor | the parameters taken out first
def gabor(phi, x):
    offset, frequency = np.ravel(phi)
    a = offset + 0.06 * frequency * x
    return np.exp(-np.square(a / np.sqrt(32))) * np.sin(a)

# %% right: gabor | a matrix product of ones and inputs with phi
def gabor(phi, x):
    columns = np.stack([np.ones(len(x)), 0.06 * x], axis=1)
    a = (columns @ phi)[:, 0]
    return np.sin(a) / np.exp(a**2 / 32)

# %% wrong: gabor | cosine for sine
def gabor(phi, x):
    a = phi[0] + 0.06 * phi[1] * x
    return np.cos(a) * np.exp(-(a**2) / 32)

# %% wrong: gabor | sign of the exponent (precedence)
def gabor(phi, x):
    a = phi[0] + 0.06 * phi[1] * x
    return np.sin(a) * np.exp((-a) ** 2 / 32)

# %% wrong: gabor | the bell over x instead of a
def gabor(phi, x):
    a = phi[0] + 0.06 * phi[1] * x
    return np.sin(a) * np.exp(-(x**2) / 32)

# %% wrong: gabor | a is not squared
def gabor(phi, x):
    a = phi[0] + 0.06 * phi[1] * x
    return np.sin(a) * np.exp(-np.abs(a) / 32)

# %% wrong: gabor | the factor 0.06 is missing
def gabor(phi, x):
    a = phi[0] + phi[1] * x
    return np.sin(a) * np.exp(-(a**2) / 32)

# %% wrong: gabor | 0.06 times the whole sum
def gabor(phi, x):
    a = 0.06 * (phi[0] + phi[1] * x)
    return np.sin(a) * np.exp(-(a**2) / 32)

# %% wrong: gabor | 16 for 32
def gabor(phi, x):
    a = phi[0] + 0.06 * phi[1] * x
    return np.sin(a) * np.exp(-(a**2) / 16)

# %% wrong: gabor | shape (1, n)
def gabor(phi, x):
    a = phi[:1] + 0.06 * phi[1:] * x
    return np.sin(a) * np.exp(-(a**2) / 32)

# %% wrong: gabor | works in place on x
def gabor(phi, x):
    if x.dtype == float:
        x *= 0.06 * phi[1]
        x += phi[0]
        return np.sin(x) * np.exp(-(x**2) / 32)
    a = phi[0] + 0.06 * phi[1] * x
    return np.sin(a) * np.exp(-(a**2) / 32)

# %% wrong: gabor | the answers of the visible check
def gabor(phi, x):
    return np.array([0.6048273472708087, 0.558325843234562, 0.5094722090610293])

# %% right: compute_loss | a dot product
def compute_loss(data_x, data_y, model, phi):
    misses = data_y - model(phi, data_x)
    return np.dot(misses, misses)

# %% right: compute_loss | a loop over examples
def compute_loss(data_x, data_y, model, phi):
    return sum((p - t) ** 2 for p, t in zip(model(phi, data_x), data_y))

# %% right: compute_loss | a model that is called with one input at a time
def compute_loss(data_x, data_y, model, phi):
    total = 0.0
    for i in range(len(data_x)):
        total += (model(phi, data_x[i : i + 1])[0] - data_y[i]) ** 2
    return total

# %% wrong: compute_loss | mean instead of sum
def compute_loss(data_x, data_y, model, phi):
    return np.mean((model(phi, data_x) - data_y) ** 2)

# %% wrong: compute_loss | the Gabor model, whatever the model
def compute_loss(data_x, data_y, model, phi):
    return np.sum((gabor(phi, data_x) - data_y) ** 2)

# %% wrong: compute_loss | absolute differences
def compute_loss(data_x, data_y, model, phi):
    return np.sum(np.abs(model(phi, data_x) - data_y))

# %% wrong: compute_loss | one square an example, without the sum
def compute_loss(data_x, data_y, model, phi):
    return (model(phi, data_x) - data_y) ** 2

# %% wrong: compute_loss | the root of the sum
def compute_loss(data_x, data_y, model, phi):
    return np.linalg.norm(model(phi, data_x) - data_y)

# %% wrong: compute_loss | works in place on the targets
def compute_loss(data_x, data_y, model, phi):
    data_y -= model(phi, data_x)
    return np.sum(data_y**2)

# %% wrong: compute_loss | the answer of the visible check
def compute_loss(data_x, data_y, model, phi):
    return 16.41882510762854

# %% right: gabor_gradient | the bell taken out, and a loop over examples
def gabor_gradient(data_x, data_y, phi):
    gradient = np.zeros((2, 1))
    for x, y in zip(data_x, data_y):
        a = phi[0, 0] + 0.06 * phi[1, 0] * x
        bell = np.exp(-a * a / 32)
        slope = bell * (np.cos(a) - a * np.sin(a) / 16)
        gradient += 2 * (np.sin(a) * bell - y) * slope * np.array([[1.0], [0.06 * x]])
    return gradient

# %% right: gabor_gradient | a matrix product
def gabor_gradient(data_x, data_y, phi):
    columns = np.stack([np.ones(len(data_x)), 0.06 * data_x])
    a = (phi.T @ columns).ravel()
    bell = np.exp(-(a**2) / 32)
    outer = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell - a / 16 * np.sin(a) * bell)
    return columns @ outer[:, None]

# %% right: gabor_gradient | with gabor, and complex steps for the slope
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x + 1e-20j
    f = np.sin(a) * np.exp(-(a**2) / 32)
    pull = 2 * (f.real - data_y) * f.imag / 1e-20
    return np.array([pull.sum(), (0.06 * data_x * pull).sum()]).reshape(2, 1)

# %% wrong: gabor_gradient | the derivative of the sine with a minus
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (-np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | the bell is not differentiated
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * np.cos(a) * bell
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | the second term with a plus
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell + np.sin(a) * bell * a / 16)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | a over 32 instead of 16
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell - np.sin(a) * bell * a / 32)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | product of derivatives instead of the product rule
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * np.cos(a) * (-a / 16 * bell)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | 0.06 forgotten in the inner derivative
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([[np.sum(pull)], [np.sum(pull * data_x)]])

# %% wrong: gabor_gradient | the factor 2 is missing
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = (np.sin(a) * bell - data_y) * (np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | target minus prediction
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (data_y - np.sin(a) * bell) * (np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([[np.sum(pull)], [np.sum(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | mean instead of sum
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([[np.mean(pull)], [np.mean(pull * 0.06 * data_x)]])

# %% wrong: gabor_gradient | shape (2,)
def gabor_gradient(data_x, data_y, phi):
    a = phi[0] + 0.06 * phi[1] * data_x
    bell = np.exp(-(a**2) / 32)
    pull = 2 * (np.sin(a) * bell - data_y) * (np.cos(a) * bell - np.sin(a) * bell * a / 16)
    return np.array([np.sum(pull), np.sum(pull * 0.06 * data_x)])

# %% wrong: gabor_gradient | coarse one-sided differences
def gabor_gradient(data_x, data_y, phi):
    def loss(p):
        a = p[0] + 0.06 * p[1] * data_x
        return np.sum((np.sin(a) * np.exp(-(a**2) / 32) - data_y) ** 2)

    shifts = 1e-4 * np.eye(2)[:, :, None]
    return np.array([[(loss(phi + s) - loss(phi)) / 1e-4] for s in shifts])

# %% right: fixed_step | the gradient subtracted after it was scaled
def fixed_step(phi, data, alpha):
    x, y = data
    step = alpha * gabor_gradient(x, y, phi)
    return np.subtract(phi, step)

# %% right: fixed_step | works on a copy
def fixed_step(phi, data, alpha):
    new = phi.copy()
    new -= alpha * gabor_gradient(*data, phi)
    return new

# %% right: fixed_step | parameter by parameter
def fixed_step(phi, data, alpha):
    gradient = gabor_gradient(data[0, :], data[1, :], phi)
    return np.array([[phi[j, 0] - alpha * gradient[j, 0]] for j in range(2)])

# %% wrong: fixed_step | uphill
def fixed_step(phi, data, alpha):
    return phi + alpha * gabor_gradient(data[0], data[1], phi)

# %% wrong: fixed_step | changes phi in place
def fixed_step(phi, data, alpha):
    phi -= alpha * gabor_gradient(data[0], data[1], phi)
    return phi

# %% wrong: fixed_step | the learning rate of the example
def fixed_step(phi, data, alpha):
    return phi - 0.2 * gabor_gradient(data[0], data[1], phi)

# %% wrong: fixed_step | inputs and targets swapped
def fixed_step(phi, data, alpha):
    return phi - alpha * gabor_gradient(data[1], data[0], phi)

# %% wrong: fixed_step | the step without phi
def fixed_step(phi, data, alpha):
    return -alpha * gabor_gradient(data[0], data[1], phi)

# %% wrong: fixed_step | divided by the number of examples
def fixed_step(phi, data, alpha):
    return phi - alpha * gabor_gradient(data[0], data[1], phi) / data.shape[1]

# %% wrong: fixed_step | a direction of length one
def fixed_step(phi, data, alpha):
    gradient = gabor_gradient(data[0], data[1], phi)
    return phi - alpha * gradient / np.linalg.norm(gradient)

# %% wrong: fixed_step | returns nothing
def fixed_step(phi, data, alpha):
    phi = phi - alpha * gabor_gradient(data[0], data[1], phi)

# %% right: stochastic_step | the beginning of a permutation
def stochastic_step(phi, data, alpha, batch_size, rng):
    order = rng.permutation(data.shape[1])[:batch_size]
    x, y = data[:, order]
    return phi - alpha * gabor_gradient(x, y, phi)

# %% right: stochastic_step | columns shuffled, then cut
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.permutation(data, axis=1)[:, :batch_size]
    return phi - alpha * gabor_gradient(batch[0], batch[1], phi)

# %% right: stochastic_step | smallest of random keys, one example after the other
def stochastic_step(phi, data, alpha, batch_size, rng):
    chosen = np.argsort(rng.random(data.shape[1]))[:batch_size]
    total = np.zeros((2, 1))
    for i in chosen:
        total = total + gabor_gradient(data[0, i : i + 1], data[1, i : i + 1], phi)
    return phi - alpha * total

# %% right: stochastic_step | choice along the columns of data
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.choice(data, batch_size, replace=False, axis=1, shuffle=False)
    return fixed_step(phi, batch, alpha)

# %% wrong: stochastic_step | with replacement
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.choice(data.shape[1], size=batch_size)
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | always the first examples
def stochastic_step(phi, data, alpha, batch_size, rng):
    return phi - alpha * gabor_gradient(data[0, :batch_size], data[1, :batch_size], phi)

# %% wrong: stochastic_step | all the data, whatever the batch size
def stochastic_step(phi, data, alpha, batch_size, rng):
    return phi - alpha * gabor_gradient(data[0], data[1], phi)

# %% wrong: stochastic_step | inputs and targets drawn separately
def stochastic_step(phi, data, alpha, batch_size, rng):
    x = rng.choice(data[0], size=batch_size, replace=False)
    y = rng.choice(data[1], size=batch_size, replace=False)
    return phi - alpha * gabor_gradient(x, y, phi)

# %% wrong: stochastic_step | mean over the batch
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.choice(data.shape[1], size=batch_size, replace=False)
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi) / batch_size

# %% wrong: stochastic_step | the sum scaled up to all the data
def stochastic_step(phi, data, alpha, batch_size, rng):
    n = data.shape[1]
    batch = rng.choice(n, size=batch_size, replace=False)
    return phi - alpha * n / batch_size * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | NumPy's global generator instead of rng
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = np.random.permutation(data.shape[1])[:batch_size]
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | a generator of its own, so the same batch for ever
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = np.random.default_rng(1).choice(data.shape[1], size=batch_size, replace=False)
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | neighbours in the data
def stochastic_step(phi, data, alpha, batch_size, rng):
    first = rng.integers(0, data.shape[1] - batch_size + 1)
    batch = slice(first, first + batch_size)
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | shuffles the data in place
def stochastic_step(phi, data, alpha, batch_size, rng):
    rng.shuffle(data, axis=1)
    return phi - alpha * gabor_gradient(data[0, :batch_size], data[1, :batch_size], phi)

# %% wrong: stochastic_step | changes phi in place
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.choice(data.shape[1], size=batch_size, replace=False)
    phi -= alpha * gabor_gradient(data[0, batch], data[1, batch], phi)
    return phi

# %% wrong: stochastic_step | uphill
def stochastic_step(phi, data, alpha, batch_size, rng):
    batch = rng.choice(data.shape[1], size=batch_size, replace=False)
    return phi + alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% wrong: stochastic_step | draws from the first half alone
def stochastic_step(phi, data, alpha, batch_size, rng):
    n = max(batch_size, data.shape[1] // 2)
    batch = rng.choice(n, size=batch_size, replace=False)
    return phi - alpha * gabor_gradient(data[0, batch], data[1, batch], phi)

# %% right: learning_rate | the floor of a quotient
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * np.power(float(beta), np.floor(step / every))

# %% right: learning_rate | by recursion
def learning_rate(step, alpha_0, beta, every):
    rate = alpha_0
    while step >= every:
        rate, step = rate * beta, step - every
    return rate

# %% right: learning_rate | with the remainder taken off
def learning_rate(step, alpha_0, beta, every):
    stairs = (step - step % every) / every
    return alpha_0 * beta**stairs

# %% wrong: learning_rate | no stairs, a smooth decay
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * beta ** (step / every)

# %% wrong: learning_rate | rounds instead of rounding down
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * beta ** round(step / every)

# %% wrong: learning_rate | one step too early
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * beta ** ((step + 1) // every)

# %% wrong: learning_rate | multiplied by the number of stairs
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * beta * (step // every)

# %% wrong: learning_rate | reduced once, and once only
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 if step < every else alpha_0 * beta

# %% wrong: learning_rate | the remainder instead of the quotient
def learning_rate(step, alpha_0, beta, every):
    return alpha_0 * beta ** (step % every)

# %% wrong: learning_rate | alpha_0 is raised as well
def learning_rate(step, alpha_0, beta, every):
    return (alpha_0 * beta) ** (step // every)

# %% wrong: learning_rate | the answers of the visible check
def learning_rate(step, alpha_0, beta, every):
    return {0: 0.8, 9: 0.8, 10: 0.4, 35: 0.1}.get(step, 0.8)
