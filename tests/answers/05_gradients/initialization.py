# %% right: init_params | scale given to the generator, lists that grow
def init_params(K, D, sigma_sq_omega, rng):
    sigma = sigma_sq_omega**0.5
    first = rng.normal(0.0, sigma, size=(D, 1))
    last = rng.normal(0.0, sigma, size=(1, D))
    weights, biases = [first], [np.zeros((D, 1))]
    for _ in range(K - 1):
        weights.append(rng.normal(loc=0.0, scale=sigma, size=(D, D)))
        biases.append(np.zeros((D, 1)))
    weights.append(last)
    biases.append(np.zeros((1, 1)))
    return weights, biases

# %% right: init_params | sizes first, drawn from the input to the output, standard_normal
def init_params(K, D, sigma_sq_omega, rng):
    sizes = [1] + [D] * K + [1]
    weights = [np.sqrt(sigma_sq_omega) * rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(K + 1)]
    biases = [0.0 * weight[:, :1] for weight in weights]
    return weights, biases

# %% right: init_params | one long draw, cut into pieces; tuples
def init_params(K, D, sigma_sq_omega, rng):
    numbers = rng.normal(size=2 * D + (K - 1) * D * D) * np.sqrt(sigma_sq_omega)
    first, last, middle = numbers[:D], numbers[D : 2 * D], numbers[2 * D :].reshape(K - 1, D, D)
    weights = (first.reshape(D, 1), *middle, last.reshape(1, D))
    biases = tuple(np.zeros((len(w), 1)) for w in weights)
    return weights, biases

# %% wrong: init_params | the variance taken for the standard deviation
def init_params(K, D, sigma_sq_omega, rng):
    weights = [None] * (K + 1)
    weights[0] = sigma_sq_omega * rng.normal(size=(D, 1))
    weights[K] = sigma_sq_omega * rng.normal(size=(1, D))
    for k in range(1, K):
        weights[k] = sigma_sq_omega * rng.normal(size=(D, D))
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | sets a seed inside
def init_params(K, D, sigma_sq_omega, rng):
    rng = np.random.default_rng(0)
    s = np.sqrt(sigma_sq_omega)
    weights = [None] * (K + 1)
    weights[0] = s * rng.normal(size=(D, 1))
    weights[K] = s * rng.normal(size=(1, D))
    for k in range(1, K):
        weights[k] = s * rng.normal(size=(D, D))
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | draws from numpy's global generator
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    weights = [None] * (K + 1)
    weights[0] = s * np.random.normal(size=(D, 1))
    weights[K] = s * np.random.normal(size=(1, D))
    for k in range(1, K):
        weights[k] = s * np.random.normal(size=(D, D))
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | a uniform distribution of the right variance
def init_params(K, D, sigma_sq_omega, rng):
    edge = np.sqrt(3 * sigma_sq_omega)
    sizes = [1] + [D] * K + [1]
    weights = [rng.uniform(-edge, edge, size=(sizes[k + 1], sizes[k])) for k in range(K + 1)]
    return weights, [np.zeros((w.shape[0], 1)) for w in weights]

# %% wrong: init_params | the same matrix in all layers in between
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    middle = s * rng.normal(size=(D, D))
    weights = [s * rng.normal(size=(D, 1))] + [middle] * (K - 1) + [s * rng.normal(size=(1, D))]
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | biases random, too
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    sizes = [1] + [D] * K + [1]
    weights = [s * rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(K + 1)]
    return weights, [s * rng.normal(size=(w.shape[0], 1)) for w in weights]

# %% wrong: init_params | one hidden layer too few
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    sizes = [1] + [D] * (K - 1) + [1]
    weights = [s * rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(K)]
    return weights, [np.zeros((w.shape[0], 1)) for w in weights]

# %% wrong: init_params | transposed first and last weights
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    weights = [s * rng.normal(size=(1, D))] + [s * rng.normal(size=(D, D)) for _ in range(K - 1)]
    weights.append(s * rng.normal(size=(D, 1)))
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | the output layer is not scaled
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    weights = [s * rng.normal(size=(D, 1))] + [s * rng.normal(size=(D, D)) for _ in range(K - 1)]
    weights.append(rng.normal(size=(1, D)))
    return weights, [np.zeros((D, 1)) for _ in range(K)] + [np.zeros((1, 1))]

# %% wrong: init_params | biases without their column
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    sizes = [1] + [D] * K + [1]
    weights = [s * rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(K + 1)]
    return weights, [np.zeros(w.shape[0]) for w in weights]

# %% wrong: init_params | positive weights only
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    sizes = [1] + [D] * K + [1]
    weights = [np.abs(s * rng.normal(size=(sizes[k + 1], sizes[k]))) for k in range(K + 1)]
    return weights, [np.zeros((w.shape[0], 1)) for w in weights]

# %% wrong: init_params | returns the weights only
def init_params(K, D, sigma_sq_omega, rng):
    s = np.sqrt(sigma_sq_omega)
    sizes = [1] + [D] * K + [1]
    return [s * rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(K + 1)]

# %% right: activation_stds | fills an array, the ReLU as a mask
def activation_stds(all_weights, all_biases, x):
    K = len(all_weights) - 1
    stds = np.empty(K)
    h = np.array(x, dtype=float)
    for k in range(K):
        f = np.matmul(all_weights[k], h) + all_biases[k]
        h = f * (f > 0)
        stds[k] = h.std()
    return stds

# %% right: activation_stds | all activations first, then the root of the mean square about the mean; a list
def activation_stds(all_weights, all_biases, x):
    layers = [x]
    for k in range(len(all_weights) - 1):
        layers.append(np.clip(all_biases[k] + all_weights[k].dot(layers[-1]), 0, None))
    return [float(np.sqrt(np.mean(h**2) - np.mean(h) ** 2)) if h.size > 1 else 0.0 for h in layers[1:]]

# %% right: activation_stds | examples as rows
def activation_stds(all_weights, all_biases, x):
    rows, stds = x.T, []
    for weights, biases in list(zip(all_weights, all_biases))[:-1]:
        rows = np.maximum(rows @ weights.T + biases.T, 0)
        stds += [np.var(rows.flatten()) ** 0.5]
    return np.asarray(stds)

# %% wrong: activation_stds | before the ReLU
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        f = all_biases[k] + all_weights[k] @ h
        stds.append(np.std(f))
        h = np.maximum(0, f)
    return np.array(stds)

# %% wrong: activation_stds | variances
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.var(h))
    return np.array(stds)

# %% wrong: activation_stds | the mean of the units' own standard deviations
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.mean(np.std(h, axis=1)))
    return np.array(stds)

# %% wrong: activation_stds | the root of the mean square, the mean not subtracted
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.sqrt(np.mean(h**2)))
    return np.array(stds)

# %% wrong: activation_stds | divides by one less than the number of values
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.std(h, ddof=1))
    return np.array(stds)

# %% wrong: activation_stds | begins with the input and leaves out the last layer
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        stds.append(np.std(h))
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
    return np.array(stds)

# %% wrong: activation_stds | the output, too
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights)):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.std(h))
    return np.array(stds)

# %% wrong: activation_stds | without the biases, which are zero in the text
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for weights in all_weights[:-1]:
        h = np.maximum(0, weights @ h)
        stds.append(np.std(h))
    return np.array(stds)

# %% wrong: activation_stds | no ReLU between the layers
def activation_stds(all_weights, all_biases, x):
    stds, h = [], x
    for k in range(len(all_weights) - 1):
        h = all_biases[k] + all_weights[k] @ h
        stds.append(np.std(np.maximum(0, h)))
    return np.array(stds)

# %% wrong: activation_stds | scales the caller's inputs in place
def activation_stds(all_weights, all_biases, x):
    h = x
    h *= 1.0001
    stds = []
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
        stds.append(np.std(h) / 1.0001)
    return np.array(stds)

# %% wrong: activation_stds | returns nothing
def activation_stds(all_weights, all_biases, x):
    h = x
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)

# %% right: gradient_stds | both passes with lists by index
def gradient_stds(all_weights, all_biases, x, y):
    K = len(all_weights) - 1
    all_f, all_dl_df, h = [None] * (K + 1), [None] * (K + 1), x
    for k in range(K + 1):
        all_f[k] = all_biases[k] + np.matmul(all_weights[k], h)
        h = all_f[k].clip(min=0)
    all_dl_df[K] = 2 * all_f[K] - 2 * y
    for k in range(K - 1, -1, -1):
        all_dl_df[k] = np.where(all_f[k] > 0, all_weights[k + 1].T @ all_dl_df[k + 1], 0.0)
    return np.array([np.std(all_dl_df[k]) for k in range(1, K)])

# %% right: gradient_stds | forward derivatives instead: the output's slope with respect to each layer, example by example
def gradient_stds(all_weights, all_biases, x, y):
    K = len(all_weights) - 1
    derivatives = [[] for _ in range(K + 1)]
    for i in range(x.shape[1]):
        f, h = [], x[:, [i]]
        for w, b in zip(all_weights, all_biases):
            f.append(w @ h + b)
            h = np.maximum(f[-1], 0)
        slope = np.eye(1)
        for k in range(K - 1, 0, -1):
            slope = slope @ all_weights[k + 1] @ np.diag((f[k] > 0).ravel().astype(float))
            derivatives[k].append(2 * (f[K] - y[:, [i]]) * slope)
    return [np.concatenate(derivatives[k]).std() for k in range(1, K)]

# %% right: gradient_stds | a recursive function that goes forward and comes back
def gradient_stds(all_weights, all_biases, x, y):
    stds = []

    def back(k, h):
        f = all_weights[k] @ h + all_biases[k]
        if k == len(all_weights) - 1:
            gradient = 2.0 * (f - y)
        else:
            gradient = np.heaviside(f, 0) * np.einsum("ij,in->jn", all_weights[k + 1], back(k + 1, np.maximum(f, 0)))
            stds.append(np.sqrt(np.var(gradient)))
        return gradient

    back(0, x)
    return np.flip(np.array(stds[:-1]))

# %% wrong: gradient_stds | the factor 2 is missing
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = all_f[-1] - y
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | the targets are ignored
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * all_f[-1]
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | no mask
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = all_weights[k + 1].T @ g
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | derivatives with respect to h: taken before the mask
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = all_weights[k + 1].T @ g
        stds[k - 1] = np.std(g)
        g = (all_f[k] > 0) * g
    return stds

# %% wrong: gradient_stds | from the last layer to the first
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = []
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds.append(np.std(g))
    return np.array(stds)

# %% wrong: gradient_stds | layer 0 as well
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 1)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, -1, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k] = np.std(g)
    return stds

# %% wrong: gradient_stds | weights not transposed where they are square
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    K = len(all_weights) - 1
    stds = np.zeros(K - 1)
    g = all_weights[K].T @ (2 * (all_f[-1] - y))
    for k in range(K - 1, 0, -1):
        g = (all_f[k] > 0) * g
        stds[k - 1] = np.std(g)
        g = all_weights[k] @ g if k > 1 else g
    return stds

# %% wrong: gradient_stds | the mean loss instead of each example's own
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y) / y.shape[1]
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | of the weights' derivatives instead
def gradient_stds(all_weights, all_biases, x, y):
    all_f, all_h = [], [x]
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ all_h[-1])
        all_h.append(np.maximum(0, all_f[-1]))
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g @ all_h[k].T)
    return stds

# %% wrong: gradient_stds | the mask by the layer above
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k + 1] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | without the biases
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w in all_weights:
        all_f.append(w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    g = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% wrong: gradient_stds | subtracts the output from the targets in place
def gradient_stds(all_weights, all_biases, x, y):
    all_f, h = [], x
    for w, b in zip(all_weights, all_biases):
        all_f.append(b + w @ h)
        h = np.maximum(0, all_f[-1])
    stds = np.zeros(len(all_weights) - 2)
    y -= all_f[-1]
    g = -2 * y
    for k in range(len(all_weights) - 2, 0, -1):
        g = (all_f[k] > 0) * (all_weights[k + 1].T @ g)
        stds[k - 1] = np.std(g)
    return stds

# %% right: he_variance | one over half the fan-in
def he_variance(fan_in):
    return 1.0 / (0.5 * fan_in)

# %% right: he_variance | the square of He's standard deviation
def he_variance(fan_in):
    sigma = np.sqrt(2.0) / np.sqrt(fan_in)
    return sigma**2

# %% wrong: he_variance | the standard deviation
def he_variance(fan_in):
    return np.sqrt(2 / fan_in)

# %% wrong: he_variance | without the ReLU's factor
def he_variance(fan_in):
    return 1 / fan_in

# %% wrong: he_variance | the factor on the wrong side
def he_variance(fan_in):
    return 1 / (2 * fan_in)

# %% wrong: he_variance | whole-number division
def he_variance(fan_in):
    return 2 // fan_in

# %% wrong: he_variance | the notebook's eighty units
def he_variance(fan_in):
    return 0.025
