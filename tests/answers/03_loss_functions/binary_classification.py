# %% right: sigmoid | both forms, each for its own elements
def sigmoid(model_out):
    z = np.asarray(model_out, dtype=float)
    result = np.empty_like(z)
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    result[~positive] = e / (1 + e)
    return result

# %% right: sigmoid | through the logarithm, which NumPy has without overflow
def sigmoid(model_out):
    return np.exp(-np.logaddexp(0, -model_out))

# %% right: sigmoid | element by element, in plain Python
def sigmoid(model_out):
    import math

    def one(z):
        if z >= 0:
            return 1 / (1 + math.exp(-z))
        e = math.exp(z)
        return e / (1 + e)

    return np.vectorize(one, otypes=[float])(model_out)

# %% right: sigmoid | np.where over two safe forms
def sigmoid(model_out):
    a = 1 / (1 + np.exp(-np.maximum(model_out, 0)))
    b = np.exp(np.minimum(model_out, 0))
    return np.where(model_out >= 0, a, b / (1 + b))

# %% right: sigmoid | numerator with the negative part only
def sigmoid(model_out):
    return np.exp(np.minimum(model_out, 0)) / (1 + np.exp(-np.abs(model_out)))

# %% right: sigmoid | the plain formula where the overflow is meant: 1 / inf is 0
def sigmoid(model_out):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(model_out, dtype=float)))

# %% right: sigmoid | np.where over both forms, with the warnings switched off: what is nan is not chosen
def sigmoid(model_out):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(model_out)
        return np.where(model_out >= 0, 1 / (1 + np.exp(-model_out)), e / (1 + e))

# %% right: sigmoid | cut off only where a float ends
def sigmoid(model_out):
    return 1 / (1 + np.exp(-np.clip(model_out, -709.0, 709.0)))

# %% wrong: sigmoid | the plain formula, which overflows with a warning
def sigmoid(model_out):
    return 1 / (1 + np.exp(-model_out))

# %% wrong: sigmoid | np.where over both forms, which computes both
def sigmoid(model_out):
    e = np.exp(model_out)
    return np.where(model_out >= 0, 1 / (1 + np.exp(-model_out)), e / (1 + e))

# %% wrong: sigmoid | the second form with warnings off: nan where the exponential is infinite
def sigmoid(model_out):
    with np.errstate(all="ignore"):
        return np.exp(model_out) / (1 + np.exp(model_out))

# %% wrong: sigmoid | the sign of the exponent
def sigmoid(model_out):
    small = np.exp(-np.abs(model_out))
    return np.where(model_out <= 0, 1.0, small) / (1 + small)

# %% wrong: sigmoid | the other branch only: never above one half
def sigmoid(model_out):
    return np.exp(-np.abs(model_out)) / (1 + np.exp(-np.abs(model_out)))

# %% wrong: sigmoid | cut off at 500
def sigmoid(model_out):
    return 1 / (1 + np.exp(-np.clip(model_out, -500, 500)))

# %% wrong: sigmoid | through tanh, which is exactly -1 in the lower tail
def sigmoid(model_out):
    return 0.5 * (1 + np.tanh(0.5 * model_out))

# %% wrong: sigmoid | one minus, which cancels in the lower tail
def sigmoid(model_out):
    return 1 - np.exp(-np.logaddexp(0, model_out))

# %% wrong: sigmoid | tanh instead
def sigmoid(model_out):
    return np.tanh(model_out)

# %% wrong: sigmoid | kept away from 0 and 1 to be safe
def sigmoid(model_out):
    small = np.exp(-np.abs(model_out))
    return np.clip(np.where(model_out >= 0, 1.0, small) / (1 + small), 1e-7, 1 - 1e-7)

# %% wrong: sigmoid | a small number in the denominator
def sigmoid(model_out):
    small = np.exp(-np.abs(model_out))
    return np.where(model_out >= 0, 1.0, small) / (1 + small + 1e-5)

# %% wrong: sigmoid | one if for the whole array
def sigmoid(model_out):
    if np.all(model_out >= 0):
        return 1 / (1 + np.exp(-model_out))
    return np.exp(model_out) / (1 + np.exp(model_out))

# %% wrong: sigmoid | plain Python, which raises where the exponential is too large
def sigmoid(model_out):
    import math

    return np.vectorize(lambda z: 1 / (1 + math.exp(-z)), otypes=[float])(model_out)

# %% wrong: sigmoid | the result has the type of the argument, so whole numbers stay whole
def sigmoid(model_out):
    result = np.empty_like(model_out)
    result[model_out >= 0] = 1 / (1 + np.exp(-model_out[model_out >= 0]))
    e = np.exp(model_out[model_out < 0])
    result[model_out < 0] = e / (1 + e)
    return result

# %% wrong: sigmoid | the same, with numbers turned into arrays, so only whole numbers are wrong
def sigmoid(model_out):
    z = np.asarray(model_out)
    result = np.empty_like(z)
    result[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    e = np.exp(z[z < 0])
    result[z < 0] = e / (1 + e)
    return result

# %% wrong: sigmoid | works in place
def sigmoid(model_out):
    z = np.asarray(model_out)
    sign = z >= 0
    if z.ndim and z.dtype == float:
        np.abs(z, out=z)
    small = np.exp(-np.abs(z))
    return np.where(sign, 1.0, small) / (1 + small)

# %% wrong: sigmoid | always a row
def sigmoid(model_out):
    z = np.atleast_1d(model_out)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1 + small)

# %% wrong: sigmoid | a softmax over the array
def sigmoid(model_out):
    e = np.exp(model_out - np.max(model_out))
    return e / np.sum(e)

# %% wrong: sigmoid | the answers of the visible check
def sigmoid(model_out):
    if np.ndim(model_out) == 0:
        return 0.5 if model_out == 0 else 9.859676543759770e-305
    if np.size(model_out) == 2:
        return np.array([0.0, 1.0])
    return np.array([[0.11920292202211755, 0.7310585786300049, 0.9933071490757153]])

# %% wrong: sigmoid | returns nothing
def sigmoid(model_out):
    small = np.exp(-np.abs(model_out))
    np.where(model_out >= 0, 1.0, small) / (1 + small)

# %% right: bernoulli_distribution | the label chooses
def bernoulli_distribution(y, lambda_param):
    return np.where(np.asarray(y) == 1, lambda_param, 1 - np.asarray(lambda_param))

# %% right: bernoulli_distribution | a weighted sum instead of the power
def bernoulli_distribution(y, lambda_param):
    return y * lambda_param + (1 - y) * (1 - lambda_param)

# %% right: bernoulli_distribution | the distance between the prediction and the other label
def bernoulli_distribution(y, lambda_param):
    return np.abs(1 - y - lambda_param)

# %% right: bernoulli_distribution | element by element, in plain Python
def bernoulli_distribution(y, lambda_param):
    def one(label, p):
        if label == 1:
            return p
        return 1 - p

    return np.vectorize(one, otypes=[float])(y, lambda_param)

# %% right: bernoulli_distribution | broadcast first, then fill in
def bernoulli_distribution(y, lambda_param):
    labels, p = np.broadcast_arrays(y, lambda_param)
    result = 1.0 - p
    if result.ndim == 0:
        return float(p) if labels == 1 else float(result)
    result[labels == 1] = p[labels == 1]
    return result

# %% wrong: bernoulli_distribution | the labels swapped
def bernoulli_distribution(y, lambda_param):
    return lambda_param ** (1 - y) * (1 - lambda_param) ** y

# %% wrong: bernoulli_distribution | lambda whatever the label
def bernoulli_distribution(y, lambda_param):
    return lambda_param + 0 * y

# %% wrong: bernoulli_distribution | sum of the two factors
def bernoulli_distribution(y, lambda_param):
    return lambda_param**y + (1 - lambda_param) ** (1 - y)

# %% wrong: bernoulli_distribution | the factor for a label of 0 is missing
def bernoulli_distribution(y, lambda_param):
    return lambda_param**y

# %% wrong: bernoulli_distribution | precedence: 1 - lambda^(1 - y)
def bernoulli_distribution(y, lambda_param):
    return lambda_param**y * 1 - lambda_param ** (1 - y)

# %% wrong: bernoulli_distribution | the exponential of logarithms, nan for a lambda of 0 or 1
def bernoulli_distribution(y, lambda_param):
    return np.exp(y * np.log(lambda_param) + (1 - y) * np.log(1 - lambda_param))

# %% wrong: bernoulli_distribution | lambda cut off before 0 and 1
def bernoulli_distribution(y, lambda_param):
    p = np.clip(lambda_param, 1e-7, 1 - 1e-7)
    return p**y * (1 - p) ** (1 - y)

# %% wrong: bernoulli_distribution | cut off so little that only a very small lambda shows it
def bernoulli_distribution(y, lambda_param):
    p = np.clip(lambda_param, 1e-12, 1 - 1e-12)
    return p**y * (1 - p) ** (1 - y)

# %% wrong: bernoulli_distribution | an if, which arrays do not allow
def bernoulli_distribution(y, lambda_param):
    if y == 1:
        return lambda_param
    return 1 - lambda_param

# %% wrong: bernoulli_distribution | a mask that fits equal shapes only
def bernoulli_distribution(y, lambda_param):
    if np.ndim(y) == 0:
        return lambda_param if y == 1 else 1 - lambda_param
    result = 1 - lambda_param.ravel()
    result[y == 1] = lambda_param.ravel()[y == 1]
    return result.reshape(lambda_param.shape)

# %% wrong: bernoulli_distribution | fills in the argument itself
def bernoulli_distribution(y, lambda_param):
    if isinstance(lambda_param, np.ndarray) and lambda_param.shape == np.shape(y):
        lambda_param[y == 0] = 1 - lambda_param[y == 0]
        return lambda_param
    return lambda_param**y * (1 - lambda_param) ** (1 - y)

# %% wrong: bernoulli_distribution | whether the prediction is right, instead of its probability
def bernoulli_distribution(y, lambda_param):
    return ((np.asarray(lambda_param) > 0.5) == y).astype(float)

# %% wrong: bernoulli_distribution | the logarithm of the probability
def bernoulli_distribution(y, lambda_param):
    return np.log(lambda_param**y * (1 - lambda_param) ** (1 - y))

# %% wrong: bernoulli_distribution | the answers of the visible check
def bernoulli_distribution(y, lambda_param):
    if np.ndim(y) == 0:
        return 0.2 if y == 1 else 0.8
    return np.array([[0.9, 0.7, 0.0]])

# %% wrong: bernoulli_distribution | returns nothing
def bernoulli_distribution(y, lambda_param):
    lambda_param**y * (1 - lambda_param) ** (1 - y)

# %% right: compute_likelihood | a loop over examples
def compute_likelihood(y_train, lambda_param):
    likelihood = 1.0
    for y, p in zip(y_train, np.ravel(lambda_param)):
        likelihood *= bernoulli_distribution(y, p)
    return likelihood

# %% right: compute_likelihood | two products, one a label, without bernoulli_distribution
def compute_likelihood(y_train, lambda_param):
    p = np.ravel(lambda_param)
    return float(np.prod(p[y_train == 1]) * np.prod(1 - p[y_train == 0]))

# %% right: compute_likelihood | the exponential of the sum of logarithms
def compute_likelihood(y_train, lambda_param):
    return np.exp(np.sum(np.log(bernoulli_distribution(y_train, lambda_param))))

# %% right: compute_likelihood | the method of the array
def compute_likelihood(y_train, lambda_param):
    return bernoulli_distribution(np.reshape(y_train, (1, -1)), lambda_param).prod()

# %% wrong: compute_likelihood | sum instead of product
def compute_likelihood(y_train, lambda_param):
    return np.sum(bernoulli_distribution(y_train, lambda_param))

# %% wrong: compute_likelihood | the probabilities, without a product
def compute_likelihood(y_train, lambda_param):
    return bernoulli_distribution(y_train, lambda_param)

# %% wrong: compute_likelihood | product along the first axis, of length 1
def compute_likelihood(y_train, lambda_param):
    return np.prod(bernoulli_distribution(y_train, np.atleast_2d(lambda_param)), axis=0)

# %% wrong: compute_likelihood | product along the last axis, so (1,) comes back
def compute_likelihood(y_train, lambda_param):
    return np.prod(bernoulli_distribution(y_train, lambda_param), axis=-1)

# %% wrong: compute_likelihood | the product of the lambdas, whatever the labels
def compute_likelihood(y_train, lambda_param):
    return np.prod(lambda_param)

# %% wrong: compute_likelihood | the logarithm of the likelihood
def compute_likelihood(y_train, lambda_param):
    return np.sum(np.log(bernoulli_distribution(y_train, lambda_param)))

# %% wrong: compute_likelihood | every pair of label and lambda
def compute_likelihood(y_train, lambda_param):
    return np.prod(bernoulli_distribution(y_train[:, None], np.reshape(lambda_param, (1, -1))))

# %% wrong: compute_likelihood | the examples with label 1 only
def compute_likelihood(y_train, lambda_param):
    return np.prod(np.ravel(lambda_param)[y_train == 1])

# %% wrong: compute_likelihood | the geometric mean
def compute_likelihood(y_train, lambda_param):
    return np.prod(bernoulli_distribution(y_train, lambda_param)) ** (1 / len(y_train))

# %% wrong: compute_likelihood | the exponential of the formula with logarithms, nan for a lambda of 0 or 1
def compute_likelihood(y_train, lambda_param):
    return np.exp(np.sum(y_train * np.log(lambda_param) + (1 - y_train) * np.log(1 - lambda_param)))

# %% wrong: compute_likelihood | the labels of the notebook instead of the argument
def compute_likelihood(y_train, lambda_param):
    return np.prod(bernoulli_distribution(data.y_train, lambda_param))

# %% wrong: compute_likelihood | fills in the argument itself
def compute_likelihood(y_train, lambda_param):
    p = lambda_param.reshape(-1)
    p[y_train == 0] = 1 - p[y_train == 0]
    return np.prod(p)

# %% wrong: compute_likelihood | the answer of the visible check
def compute_likelihood(y_train, lambda_param):
    return 7.023671435616859e-05

# %% wrong: compute_likelihood | returns nothing
def compute_likelihood(y_train, lambda_param):
    np.prod(bernoulli_distribution(y_train, lambda_param))

# %% right: compute_negative_log_likelihood | the logarithm of each probability, with NumPy's warning
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(bernoulli_distribution(y_train, lambda_param)))

# %% right: compute_negative_log_likelihood | two sums, one a label
def compute_negative_log_likelihood(y_train, lambda_param):
    p = np.ravel(lambda_param)
    return -np.log(p[y_train == 1]).sum() - np.log(1 - p[y_train == 0]).sum()

# %% right: compute_negative_log_likelihood | a loop in plain Python, which has no logarithm of 0
def compute_negative_log_likelihood(y_train, lambda_param):
    import math

    total = 0.0
    for y, p in zip(y_train, np.ravel(lambda_param)):
        probability = p if y == 1 else 1 - p
        if probability == 0:
            return math.inf
        total -= math.log(probability)
    return total

# %% right: compute_negative_log_likelihood | np.where over both logarithms
def compute_negative_log_likelihood(y_train, lambda_param):
    return float(np.where(y_train == 1, -np.log(lambda_param), -np.log1p(-lambda_param)).sum())

# %% right: compute_negative_log_likelihood | the formula, where the products 0 * log 0 and no others are left out
def compute_negative_log_likelihood(y_train, lambda_param):
    return -(np.nansum(y_train * np.log(lambda_param)) + np.nansum((1 - y_train) * np.log(1 - lambda_param)))

# %% right: compute_negative_log_likelihood | Python's own sum over bernoulli_distribution
def compute_negative_log_likelihood(y_train, lambda_param):
    return sum(-np.log(bernoulli_distribution(y, p)) for y, p in zip(y_train, np.ravel(lambda_param)))

# %% wrong: compute_negative_log_likelihood | the formula as it stands, nan for a lambda of 0 or 1
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(y_train * np.log(lambda_param) + (1 - y_train) * np.log(1 - lambda_param))

# %% wrong: compute_negative_log_likelihood | lambda cut off before 0 and 1
def compute_negative_log_likelihood(y_train, lambda_param):
    p = np.clip(lambda_param, 1e-12, 1 - 1e-12)
    return -np.sum(y_train * np.log(p) + (1 - y_train) * np.log(1 - p))

# %% wrong: compute_negative_log_likelihood | a small number added inside the logarithm
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(bernoulli_distribution(y_train, lambda_param) + 1e-15))

# %% wrong: compute_negative_log_likelihood | the smallest float added inside, so finite where it should be infinite
def compute_negative_log_likelihood(y_train, lambda_param):
    tiny = np.finfo(float).tiny
    return -np.sum(y_train * np.log(lambda_param + tiny) + (1 - y_train) * np.log(1 - lambda_param + tiny))

# %% wrong: compute_negative_log_likelihood | nan_to_num, which makes infinity a large number too
def compute_negative_log_likelihood(y_train, lambda_param):
    terms = y_train * np.log(lambda_param) + (1 - y_train) * np.log(1 - lambda_param)
    return -np.sum(np.nan_to_num(terms))

# %% wrong: compute_negative_log_likelihood | the logarithm of the product
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.log(compute_likelihood(y_train, lambda_param))

# %% wrong: compute_negative_log_likelihood | the logarithm of the product, written out
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.log(np.prod(bernoulli_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | no minus sign
def compute_negative_log_likelihood(y_train, lambda_param):
    return np.sum(np.log(bernoulli_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | mean instead of sum, as in libraries
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.mean(np.log(bernoulli_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | the term for a label of 0 dropped
def compute_negative_log_likelihood(y_train, lambda_param):
    p = np.ravel(lambda_param)
    return -np.sum(np.log(p[y_train == 1]))

# %% wrong: compute_negative_log_likelihood | the labels swapped
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(bernoulli_distribution(1 - y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | logarithm to base two
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log2(bernoulli_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | the minus sign before the first term only
def compute_negative_log_likelihood(y_train, lambda_param):
    p = np.ravel(lambda_param)
    return -np.sum(np.log(p[y_train == 1])) + np.sum(np.log(1 - p[y_train == 0]))

# %% wrong: compute_negative_log_likelihood | the logarithm of one minus, as one minus the logarithm
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.where(y_train == 1, np.log(lambda_param), 1 - np.log(lambda_param)))

# %% wrong: compute_negative_log_likelihood | the sum along the last axis, so (1,) comes back
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(bernoulli_distribution(y_train, lambda_param)), axis=-1)

# %% wrong: compute_negative_log_likelihood | a list of costs, one an example
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.log(bernoulli_distribution(y_train, lambda_param))

# %% wrong: compute_negative_log_likelihood | every pair of label and lambda
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(bernoulli_distribution(y_train[:, None], np.ravel(lambda_param))))

# %% wrong: compute_negative_log_likelihood | plain Python, which raises for the logarithm of 0
def compute_negative_log_likelihood(y_train, lambda_param):
    import math

    return -sum(math.log(p if y == 1 else 1 - p) for y, p in zip(y_train, np.ravel(lambda_param)))

# %% wrong: compute_negative_log_likelihood | a label compared with True by identity, so only some types work
def compute_negative_log_likelihood(y_train, lambda_param):
    import math

    total = 0.0
    for y, p in zip(y_train, np.ravel(lambda_param)):
        probability = p if y is True else 1 - p
        total += math.inf if probability == 0 else -math.log(probability)
    return total

# %% wrong: compute_negative_log_likelihood | finite examples only, so an impossible label costs nothing
def compute_negative_log_likelihood(y_train, lambda_param):
    logs = np.log(bernoulli_distribution(y_train, lambda_param))
    return -np.sum(logs[np.isfinite(logs)])

# %% wrong: compute_negative_log_likelihood | fills in the argument itself
def compute_negative_log_likelihood(y_train, lambda_param):
    p = lambda_param.reshape(-1)
    p[y_train == 0] = 1 - p[y_train == 0]
    return -np.sum(np.log(p))

# %% wrong: compute_negative_log_likelihood | the squared error instead
def compute_negative_log_likelihood(y_train, lambda_param):
    return np.sum((y_train - lambda_param) ** 2)

# %% wrong: compute_negative_log_likelihood | the answers of the visible check
def compute_negative_log_likelihood(y_train, lambda_param):
    if len(y_train) == 20:
        return 9.56363938712091
    return np.log(2) if lambda_param[1] == 0 else np.inf

# %% wrong: compute_negative_log_likelihood | returns nothing
def compute_negative_log_likelihood(y_train, lambda_param):
    -np.sum(np.log(bernoulli_distribution(y_train, lambda_param)))
