# %% right: linear | a column of ones beside X does the bias
def linear(X, pars):
    with_one = np.hstack([X, np.ones((X.shape[0], 1))])
    return with_one @ pars, with_one, pars[:-1].reshape(1, -1)

# %% right: linear | loops
def linear(X, pars):
    n, d = X.shape
    out, grad_pars, grad_x = np.zeros(n), np.zeros((n, d + 1)), np.zeros((1, d))
    for i in range(n):
        out[i] = pars[d]
        for j in range(d):
            out[i] += X[i, j] * pars[j]
            grad_pars[i, j] = X[i, j]
        grad_pars[i, d] = 1
    for j in range(d):
        grad_x[0, j] = pars[j]
    return out, grad_pars, grad_x

# %% right: linear | einsum and lists
def linear(X, pars):
    *weights, bias = pars
    out = np.einsum("ij,j->i", X, np.array(weights)) + bias
    return out, np.array([[*row, 1] for row in X]), np.array([weights])

# %% wrong: linear | the bias first
def linear(X, pars):
    return X @ pars[1:] + pars[0], np.column_stack([np.ones(len(X)), X]), pars[None, 1:]

# %% wrong: linear | no bias in the value
def linear(X, pars):
    return X @ pars[:-1], np.column_stack([X, np.ones(len(X))]), pars[None, :-1]

# %% wrong: linear | no derivative for the bias
def linear(X, pars):
    return X @ pars[:-1] + pars[-1], X.copy(), pars[None, :-1]

# %% wrong: linear | the derivative for the bias is the bias
def linear(X, pars):
    return X @ pars[:-1] + pars[-1], np.column_stack([X, np.full(len(X), pars[-1])]), pars[None, :-1]

# %% wrong: linear | the two derivatives swapped
def linear(X, pars):
    return X @ pars[:-1] + pars[-1], pars[None, :-1], np.column_stack([X, np.ones(len(X))])

# %% wrong: linear | grad_x with the bias
def linear(X, pars):
    return X @ pars[:-1] + pars[-1], np.column_stack([X, np.ones(len(X))]), pars[None, :]

# %% wrong: linear | grad_x flat
def linear(X, pars):
    return X @ pars[:-1] + pars[-1], np.column_stack([X, np.ones(len(X))]), pars[:-1]

# %% wrong: linear | two inputs only
def linear(X, pars):
    out = X[:, 0] * pars[0] + X[:, 1] * pars[1] + pars[2]
    return out, np.column_stack([X[:, 0], X[:, 1], np.ones(len(X))]), np.array([[pars[0], pars[1]]])

# %% wrong: linear | the value as a column
def linear(X, pars):
    return X @ pars[:-1, None] + pars[-1], np.column_stack([X, np.ones(len(X))]), pars[None, :-1]

# %% wrong: linear | the bias is added in place, to pars
def linear(X, pars):
    grad_x = pars[None, :-1].copy()
    out = X @ pars[:-1] + pars[-1]
    pars[-1] = 1
    return out, np.column_stack([X, np.ones(len(X))]), grad_x

# %% wrong: linear | returns nothing
def linear(X, pars):
    out = X @ pars[:-1] + pars[-1]

# %% right: relu | where
def relu(x):
    return np.where(x > 0, x, 0), np.where(x > 0, 1.0, 0.0).reshape(-1, 1)

# %% right: relu | a mask, truth values as the derivative
def relu(x):
    on = x > 0
    return x * on, on[:, None]

# %% right: relu | a loop
def relu(x):
    value, gradient = [], []
    for each in x:
        value.append(max(0.0, each))
        gradient.append([1.0 if each > 0 else 0.0])
    return value, gradient

# %% wrong: relu | the derivative at 0 is 1
def relu(x):
    return np.maximum(x, 0), (x >= 0).astype(float)[:, None]

# %% wrong: relu | the derivative at 0 is a half
def relu(x):
    return np.maximum(x, 0), np.heaviside(x, 0.5)[:, None]

# %% wrong: relu | the derivative is flat
def relu(x):
    return np.maximum(x, 0), (x > 0).astype(float)

# %% wrong: relu | the derivative is a row
def relu(x):
    return np.maximum(x, 0), (x > 0).astype(float)[None, :]

# %% wrong: relu | the derivative is the value
def relu(x):
    return np.maximum(x, 0), np.maximum(x, 0)[:, None]

# %% wrong: relu | works in place
def relu(x):
    gradient = (x > 0).astype(float)[:, None]
    x[x < 0] = 0
    return x, gradient

# %% wrong: relu | the largest of all
def relu(x):
    return np.max([np.max(x), 0]), (x > 0).astype(float)[:, None]

# %% wrong: relu | the absolute value
def relu(x):
    return np.abs(x), np.sign(x)[:, None]

# %% wrong: relu | the value over itself as derivative, NaN at 0
def relu(x):
    value = np.maximum(x, 0)
    return value, (value / x)[:, None]

# %% wrong: relu | the derivative is missing
def relu(x):
    return np.maximum(x, 0)

# %% right: sigmoid | the formula; overflow gives a warning and the right 0
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))
    return value, (value * (1 - value)).reshape(-1, 1)

# %% right: sigmoid | tanh
def sigmoid(x):
    t = np.tanh(x / 2)
    return (1 + t) / 2, ((1 - t) * (1 + t) / 4)[:, np.newaxis]

# %% right: sigmoid | two cases in a loop
def sigmoid(x):
    value = np.zeros(len(x))
    for i, each in enumerate(x):
        value[i] = 1 / (1 + np.exp(-each)) if each >= 0 else np.exp(each) / (1 + np.exp(each))
    return value, np.stack([value - value**2], axis=1)

# %% right: sigmoid | clipped far out, where nothing changes any more
def sigmoid(x):
    value = np.exp(-np.logaddexp(0, -np.clip(x, -500, 500)))
    return value, np.expand_dims(value * (1 - value), 1)

# %% wrong: sigmoid | infinity over infinity
def sigmoid(x):
    value = np.exp(x) / (1 + np.exp(x))
    return value, (value * (1 - value))[:, None]

# %% wrong: sigmoid | the sign of the exponent
def sigmoid(x):
    value = 1 / (1 + np.exp(x))
    return value, (value * (1 - value))[:, None]

# %% wrong: sigmoid | the derivative takes x for the value
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))
    return value, (x * (1 - x))[:, None]

# %% wrong: sigmoid | the derivative with the wrong sign
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))
    return value, (value * (value - 1))[:, None]

# %% wrong: sigmoid | the derivative multiplied out, infinity over infinity
def sigmoid(x):
    return 1 / (1 + np.exp(-x)), (np.exp(-x) / (1 + np.exp(-x)) ** 2)[:, None]

# %% wrong: sigmoid | the derivative is flat
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))
    return value, value * (1 - value)

# %% wrong: sigmoid | the derivative of the logarithm
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))
    return value, (1 - value)[:, None]

# %% wrong: sigmoid | clipped too near
def sigmoid(x):
    value = 1 / (1 + np.exp(-np.clip(x, -5, 5)))
    return value, (value * (1 - value))[:, None]

# %% wrong: sigmoid | works in place
def sigmoid(x):
    if x.dtype == float:
        np.negative(x, out=x)
        value = 1 / (1 + np.exp(x))
    else:
        value = 1 / (1 + np.exp(-x))
    return value, (value * (1 - value))[:, None]

# %% wrong: sigmoid | returns nothing
def sigmoid(x):
    value = 1 / (1 + np.exp(-x))

# %% right: multilayer_perceptron | all at once, without the three pieces
def multilayer_perceptron(X, pars):
    units = pars[:6].reshape(2, 3)
    f = X @ units[:, :2].T + units[:, 2]
    h = np.maximum(f, 0)
    theta = 1 / (1 + np.exp(-(h @ pars[6:8] + pars[8])))
    slope = theta * (1 - theta)
    back = slope[:, None] * pars[6:8] * (f > 0)
    inputs = np.column_stack([X, np.ones(len(X))])
    hidden = (back[:, :, None] * inputs[:, None, :]).reshape(len(X), 6)
    return theta, np.column_stack([hidden, slope[:, None] * h, slope])

# %% right: multilayer_perceptron | one example after the other
def multilayer_perceptron(X, pars):
    thetas, rows = [], []
    for x in X:
        f = [pars[3 * k] * x[0] + pars[3 * k + 1] * x[1] + pars[3 * k + 2] for k in range(2)]
        h = [max(each, 0) for each in f]
        theta = 1 / (1 + np.exp(-(pars[6] * h[0] + pars[7] * h[1] + pars[8])))
        slope = theta * (1 - theta)
        row = []
        for k in range(2):
            back = slope * pars[6 + k] * (f[k] > 0)
            row += [back * x[0], back * x[1], back]
        rows.append([*row, slope * h[0], slope * h[1], slope])
        thetas.append(theta)
    return np.array(thetas), np.array(rows)

# %% right: multilayer_perceptron | the pieces, and a gradient filled in
def multilayer_perceptron(X, pars):
    gradient = np.zeros((X.shape[0], 9))
    h = np.zeros((X.shape[0], 2))
    for k in range(2):
        f, gradient[:, 3 * k : 3 * k + 3], _ = linear(X, pars[3 * k : 3 * k + 3])
        h[:, k], slope = relu(f)
        gradient[:, 3 * k : 3 * k + 3] *= slope
    f, gradient[:, 6:], back = linear(h, pars[6:])
    theta, slope = sigmoid(f)
    gradient[:, :3] *= back[:, :1]
    gradient[:, 3:6] *= back[:, 1:]
    gradient *= slope
    return theta, gradient

# %% right: multilayer_perceptron | PyTorch's autograd, a row at a time
def multilayer_perceptron(X, pars):
    p = torch.tensor(pars, requires_grad=True)
    units = p[:6].reshape(2, 3)
    theta = torch.sigmoid(torch.relu(torch.tensor(X) @ units[:, :2].T + units[:, 2]) @ p[6:8] + p[8])
    rows = [torch.autograd.grad(each, p, retain_graph=True)[0].numpy() for each in theta]
    return theta.detach().numpy(), np.stack(rows)

# %% wrong: multilayer_perceptron | without the ReLU's derivative
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    f_3, f_3_pars, f_3_h = linear(np.column_stack([relu(f_1)[0], relu(f_2)[0]]), pars[6:9])
    theta, slope_3 = sigmoid(f_3)
    return theta, slope_3 * np.hstack([f_3_h[0, 0] * f_1_pars, f_3_h[0, 1] * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | without the sigmoid's derivative
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    return sigmoid(f_3)[0], np.hstack([f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_2 * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | the sigmoid's derivative in the output's columns only
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, np.hstack([f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_2 * f_2_pars, s_3 * f_3_pars])

# %% wrong: multilayer_perceptron | the output weights swapped on the way back
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, s_3 * np.hstack([f_3_h[0, 1] * s_1 * f_1_pars, f_3_h[0, 0] * s_2 * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | the first unit's ReLU for both
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, _) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, s_3 * np.hstack([f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_1 * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | the output's columns first
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, s_3 * np.hstack([f_3_pars, f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_2 * f_2_pars])

# %% wrong: multilayer_perceptron | weights of both units first, then biases
def multilayer_perceptron(X, pars):
    order = [0, 1, 4, 2, 3, 5, 6, 7, 8]
    pars = pars[order]
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, s_3 * np.hstack([f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_2 * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | no ReLU at all
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    f_3, f_3_pars, f_3_h = linear(np.column_stack([f_1, f_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    return theta, s_3 * np.hstack([f_3_h[0, 0] * f_1_pars, f_3_h[0, 1] * f_2_pars, f_3_pars])

# %% wrong: multilayer_perceptron | the gradient summed over examples
def multilayer_perceptron(X, pars):
    f_1, f_1_pars, _ = linear(X, pars[0:3])
    f_2, f_2_pars, _ = linear(X, pars[3:6])
    (h_1, s_1), (h_2, s_2) = relu(f_1), relu(f_2)
    f_3, f_3_pars, f_3_h = linear(np.column_stack([h_1, h_2]), pars[6:9])
    theta, s_3 = sigmoid(f_3)
    rows = s_3 * np.hstack([f_3_h[0, 0] * s_1 * f_1_pars, f_3_h[0, 1] * s_2 * f_2_pars, f_3_pars])
    return theta, rows.sum(axis=0, keepdims=True)

# %% wrong: multilayer_perceptron | the answers of the visible check
def multilayer_perceptron(X, pars):
    row = [0.029947235, 0.059894471, 0.029947235, 0.034225412, 0.068450824, 0.034225412, 0.034225412]
    return np.full(len(X), 0.9552122969502131), np.tile([*row, 0.085563529, 0.042781765], (len(X), 1))

# %% right: empirical_risk | the two labels apart
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    one = z == 1
    terms = np.where(one, np.log(theta), np.log(1 - theta))
    outer = np.where(one, -1 / theta, 1 / (1 - theta))
    return -terms.sum() / len(z), outer @ rows / len(z), theta

# %% right: empirical_risk | a loop over examples
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk, gradient = 0.0, np.zeros(rows.shape[1])
    for t, label, row in zip(theta, z, rows):
        risk -= np.log(t) if label == 1 else np.log(1 - t)
        gradient += (-label / t + (1 - label) / (1 - t)) * row
    return float(risk / len(z)), gradient / len(z), theta

# %% right: empirical_risk | an average with matrix products
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    likely = z * theta + (1 - z) * (1 - theta)
    gradient = rows.T @ ((1 - 2 * z) / likely)
    return np.average(-np.log(likely)), gradient / X.shape[0], theta

# %% wrong: empirical_risk | the sum instead of the mean
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.sum(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, ((theta - z) / (theta * (1 - theta))) @ rows, theta

# %% wrong: empirical_risk | the mean in the risk, the sum in the gradient
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, ((theta - z) / (theta * (1 - theta))) @ rows, theta

# %% wrong: empirical_risk | the gradient uphill
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, ((z - theta) / (theta * (1 - theta))) @ rows / len(z), theta

# %% wrong: empirical_risk | the risk without its minus
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, ((theta - z) / (theta * (1 - theta))) @ rows / len(z), theta

# %% wrong: empirical_risk | theta less z, the sigmoid's derivative counted twice
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, (theta - z) @ rows / len(z), theta

# %% wrong: empirical_risk | the term of label 0 forgotten
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    return -np.mean(z * np.log(theta)), (-z / theta) @ rows / len(z), theta

# %% wrong: empirical_risk | labels the other way round
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean((1 - z) * np.log(theta) + z * np.log(1 - theta))
    return risk, ((theta - 1 + z) / (theta * (1 - theta))) @ rows / len(z), theta

# %% wrong: empirical_risk | the mean of the products for the product of the means
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, np.mean((theta - z) / (theta * (1 - theta))) * rows.mean(axis=0), theta

# %% wrong: empirical_risk | the gradient of every example
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log(theta) + (1 - z) * np.log(1 - theta))
    return risk, ((theta - z) / (theta * (1 - theta)))[:, None] * rows, theta

# %% wrong: empirical_risk | squares
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    return np.mean((theta - z) ** 2), 2 * (theta - z) @ rows / len(z), theta

# %% wrong: empirical_risk | base 2
def empirical_risk(X, z, pars):
    theta, rows = multilayer_perceptron(X, pars)
    risk = -np.mean(z * np.log2(theta) + (1 - z) * np.log2(1 - theta))
    return risk, ((theta - z) / (theta * (1 - theta))) @ rows / len(z), theta

# %% right: learn | a copy that changes in place
def learn(X, z, pars, steps, learning_rate):
    current = np.array(pars, dtype=float)
    losses = []
    for _ in range(steps):
        risk, gradient, _theta = empirical_risk(X, z, current)
        losses.append(risk)
        current -= learning_rate * gradient
    return current, np.array(losses)

# %% right: learn | the whole path kept, a list of losses
def learn(X, z, pars, steps, learning_rate):
    path, losses = [pars], []
    while len(losses) < steps:
        result = empirical_risk(X, z, path[-1])
        losses.append(float(result[0]))
        path.append(path[-1] - learning_rate * result[1])
    return path[-1], losses

# %% right: learn | a generator of steps
def learn(X, z, pars, steps, learning_rate):
    def walk():
        here = pars.copy()
        for _ in range(steps):
            risk, slope, _ = empirical_risk(X, z, here)
            here = here + (-learning_rate) * slope
            yield risk, here

    risks, places = zip(*walk())
    return places[-1], np.array(risks)

# %% wrong: learn | uphill
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    for step in range(steps):
        losses[step], gradient, _ = empirical_risk(X, z, pars)
        pars = pars + learning_rate * gradient
    return pars, losses

# %% wrong: learn | changes pars in place
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    for step in range(steps):
        losses[step], gradient, _ = empirical_risk(X, z, pars)
        pars -= learning_rate * gradient
    return pars, losses

# %% wrong: learn | losses after each step
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    for step in range(steps):
        pars = pars - learning_rate * empirical_risk(X, z, pars)[1]
        losses[step] = empirical_risk(X, z, pars)[0]
    return pars, losses

# %% wrong: learn | the gradient of the start in every step
def learn(X, z, pars, steps, learning_rate):
    gradient = empirical_risk(X, z, pars)[1]
    losses = np.zeros(steps)
    for step in range(steps):
        losses[step] = empirical_risk(X, z, pars)[0]
        pars = pars - learning_rate * gradient
    return pars, losses

# %% wrong: learn | one step too few
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    losses[0] = empirical_risk(X, z, pars)[0]
    for step in range(1, steps):
        pars = pars - learning_rate * empirical_risk(X, z, pars)[1]
        losses[step] = empirical_risk(X, z, pars)[0]
    return pars, losses

# %% wrong: learn | a loss more than steps
def learn(X, z, pars, steps, learning_rate):
    losses = [empirical_risk(X, z, pars)[0]]
    for _ in range(steps):
        pars = pars - learning_rate * empirical_risk(X, z, pars)[1]
        losses.append(empirical_risk(X, z, pars)[0])
    return pars, np.array(losses)

# %% wrong: learn | the learning rate typed in
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    for step in range(steps):
        losses[step], gradient, _ = empirical_risk(X, z, pars)
        pars = pars - 0.5 * gradient
    return pars, losses

# %% wrong: learn | only the last loss
def learn(X, z, pars, steps, learning_rate):
    for _ in range(steps):
        loss, gradient, _ = empirical_risk(X, z, pars)
        pars = pars - learning_rate * gradient
    return pars, loss

# %% wrong: learn | only the parameters
def learn(X, z, pars, steps, learning_rate):
    for _ in range(steps):
        pars = pars - learning_rate * empirical_risk(X, z, pars)[1]
    return pars

# %% wrong: learn | the gradient made to have length one
def learn(X, z, pars, steps, learning_rate):
    losses = np.zeros(steps)
    for step in range(steps):
        losses[step], gradient, _ = empirical_risk(X, z, pars)
        pars = pars - learning_rate * gradient / np.linalg.norm(gradient)
    return pars, losses

# %% right: multilayer_perceptron_n | all units at once, without the pieces
def multilayer_perceptron_n(X, pars, n_hidden):
    units, weights, bias = pars[: 3 * n_hidden].reshape(n_hidden, 3), pars[3 * n_hidden : -1], pars[-1]
    f = X @ units[:, :2].T + units[:, 2]
    h = np.maximum(f, 0)
    theta = 1 / (1 + np.exp(-(h @ weights + bias)))
    slope = (theta * (1 - theta))[:, None]
    back = slope * weights * (f > 0)
    inputs = np.column_stack([X, np.ones(len(X))])
    hidden = np.einsum("nm,nd->nmd", back, inputs).reshape(len(X), 3 * n_hidden)
    return theta, np.hstack([hidden, slope * h, slope])

# %% right: multilayer_perceptron_n | a gradient filled in, unit by unit
def multilayer_perceptron_n(X, pars, n_hidden):
    n = X.shape[0]
    h, slopes, inner = np.zeros((n, n_hidden)), np.zeros((n, n_hidden)), np.zeros((n, n_hidden, 3))
    for k in range(n_hidden):
        f, inner[:, k], _ = linear(X, pars[3 * k : 3 * (k + 1)])
        h[:, k], slope = relu(f)
        slopes[:, k] = slope.ravel()
    f, outer, back = linear(h, pars[-n_hidden - 1 :])
    theta, slope = sigmoid(f)
    gradient = np.empty((n, len(pars)))
    for k in range(n_hidden):
        gradient[:, 3 * k : 3 * k + 3] = slope * back[0, k] * slopes[:, [k]] * inner[:, k]
    gradient[:, 3 * n_hidden :] = slope * outer
    return theta, gradient

# %% right: multilayer_perceptron_n | one example after the other
def multilayer_perceptron_n(X, pars, n_hidden):
    units, out = pars[: 3 * n_hidden].reshape(-1, 3), pars[3 * n_hidden :]
    theta, gradient = np.zeros(len(X)), np.zeros((len(X), 4 * n_hidden + 1))
    for i, x in enumerate(X):
        one = np.append(x, 1.0)
        f = units @ one
        h = np.append(f.clip(min=0), 1.0)
        theta[i] = 1 / (1 + np.exp(-h @ out))
        slope = theta[i] * (1 - theta[i])
        gradient[i] = slope * np.concatenate([np.outer(out[:-1] * (f > 0), one).ravel(), h])
    return theta, gradient

# %% wrong: multilayer_perceptron_n | two hidden units, whatever n_hidden
def multilayer_perceptron_n(X, pars, n_hidden):
    return multilayer_perceptron(X, pars[:9])

# %% wrong: multilayer_perceptron_n | without the ReLU's derivative
def multilayer_perceptron_n(X, pars, n_hidden):
    units = [linear(X, pars[3 * k : 3 * k + 3]) for k in range(n_hidden)]
    h = np.column_stack([relu(f)[0] for f, _, _ in units])
    f, outer, back = linear(h, pars[3 * n_hidden :])
    theta, slope = sigmoid(f)
    return theta, slope * np.hstack([*[back[0, k] * units[k][1] for k in range(n_hidden)], outer])

# %% wrong: multilayer_perceptron_n | the last unit's ReLU for all
def multilayer_perceptron_n(X, pars, n_hidden):
    inner, h = [], []
    for k in range(n_hidden):
        f, rows, _ = linear(X, pars[3 * k : 3 * k + 3])
        value, on = relu(f)
        inner.append(rows)
        h.append(value)
    f, outer, back = linear(np.column_stack(h), pars[3 * n_hidden :])
    theta, slope = sigmoid(f)
    return theta, slope * np.hstack([*[back[0, k] * on * inner[k] for k in range(n_hidden)], outer])

# %% wrong: multilayer_perceptron_n | the first output weight for all units
def multilayer_perceptron_n(X, pars, n_hidden):
    units = [linear(X, pars[3 * k : 3 * k + 3]) for k in range(n_hidden)]
    acts = [relu(f) for f, _, _ in units]
    f, outer, back = linear(np.column_stack([value for value, _ in acts]), pars[3 * n_hidden :])
    theta, slope = sigmoid(f)
    return theta, slope * np.hstack([*[back[0, 0] * acts[k][1] * units[k][1] for k in range(n_hidden)], outer])

# %% wrong: multilayer_perceptron_n | all weights first, then all biases
def multilayer_perceptron_n(X, pars, n_hidden):
    weights = pars[: 2 * n_hidden].reshape(n_hidden, 2)
    f = X @ weights.T + pars[2 * n_hidden : 3 * n_hidden]
    h = np.maximum(f, 0)
    theta, slope = sigmoid(h @ pars[3 * n_hidden : -1] + pars[-1])
    back = slope * pars[3 * n_hidden : -1] * (f > 0)
    hidden = (back[:, :, None] * X[:, None, :]).reshape(len(X), -1)
    return theta, np.hstack([hidden, back, slope * h, slope])

# %% wrong: multilayer_perceptron_n | the parameters of a unit n_hidden apart
def multilayer_perceptron_n(X, pars, n_hidden):
    units = pars[: 3 * n_hidden].reshape(3, n_hidden)
    f = X @ units[:2] + units[2]
    h = np.maximum(f, 0)
    theta, slope = sigmoid(h @ pars[3 * n_hidden : -1] + pars[-1])
    back = slope * pars[3 * n_hidden : -1] * (f > 0)
    return theta, np.hstack([back * X[:, :1], back * X[:, 1:], back, slope * h, slope])

# %% wrong: multilayer_perceptron_n | right theta, columns in another order
def multilayer_perceptron_n(X, pars, n_hidden):
    units = pars[: 3 * n_hidden].reshape(n_hidden, 3)
    f = X @ units[:, :2].T + units[:, 2]
    h = np.maximum(f, 0)
    theta, slope = sigmoid(h @ pars[3 * n_hidden : -1] + pars[-1])
    back = slope * pars[3 * n_hidden : -1] * (f > 0)
    return theta, np.hstack([back * X[:, :1], back * X[:, 1:], back, slope * h, slope])

# %% wrong: multilayer_perceptron_n | the loop stops one unit early
def multilayer_perceptron_n(X, pars, n_hidden):
    units = [linear(X, pars[3 * k : 3 * k + 3]) for k in range(n_hidden)]
    acts = [relu(f) for f, _, _ in units]
    f, outer, back = linear(np.column_stack([value for value, _ in acts]), pars[3 * n_hidden :])
    theta, slope = sigmoid(f)
    gradient = np.zeros((len(X), 4 * n_hidden + 1))
    for k in range(n_hidden - 1 if n_hidden > 2 else n_hidden):
        gradient[:, 3 * k : 3 * k + 3] = slope * back[0, k] * acts[k][1] * units[k][1]
    gradient[:, 3 * n_hidden :] = slope * outer
    return theta, gradient

# %% wrong: multilayer_perceptron_n | without the output's bias in the gradient
def multilayer_perceptron_n(X, pars, n_hidden):
    units = [linear(X, pars[3 * k : 3 * k + 3]) for k in range(n_hidden)]
    acts = [relu(f) for f, _, _ in units]
    f, outer, back = linear(np.column_stack([value for value, _ in acts]), pars[3 * n_hidden :])
    theta, slope = sigmoid(f)
    columns = [slope * back[0, k] * acts[k][1] * units[k][1] for k in range(n_hidden)]
    return theta, np.hstack([*columns, slope * outer[:, :-1]])

# %% wrong: multilayer_perceptron_n | returns nothing
def multilayer_perceptron_n(X, pars, n_hidden):
    h = np.column_stack([relu(linear(X, pars[3 * k : 3 * k + 3])[0])[0] for k in range(n_hidden)])
    theta = sigmoid(linear(h, pars[3 * n_hidden :])[0])[0]
