# %% right: softmax | a loop over columns
def softmax(model_out):
    result = np.zeros(model_out.shape)
    for j in range(model_out.shape[1]):
        column = np.exp(model_out[:, j] - max(model_out[:, j]))
        result[:, j] = column / sum(column)
    return result

# %% right: softmax | through the logarithm of the sum of exponentials
def softmax(model_out):
    return np.exp(model_out - np.logaddexp.reduce(model_out, axis=0, keepdims=True))

# %% right: softmax | each probability from the differences to the other outputs
def softmax(model_out):
    differences = np.asarray(model_out, dtype=float)[None, :, :] - model_out[:, None, :]
    with np.errstate(over="ignore"):
        return 1 / np.exp(differences).sum(axis=1)

# %% right: softmax | examples as rows, then turned back
def softmax(model_out):
    rows = model_out.T - model_out.T.max(axis=1)[:, None]
    exponentials = np.exp(rows)
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).T

# %% wrong: softmax | the formula as it stands, which overflows
def softmax(model_out):
    return np.exp(model_out) / np.sum(np.exp(model_out), axis=0)

# %% wrong: softmax | one maximum for all columns
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out))
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | over the examples instead of the classes
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out, axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)

# %% wrong: softmax | one sum for all columns
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out, axis=0))
    return exponentials / exponentials.sum()

# %% wrong: softmax | the exponentials, not normalised
def softmax(model_out):
    return np.exp(model_out - np.max(model_out, axis=0))

# %% wrong: softmax | normalised without exponentials
def softmax(model_out):
    return model_out / np.sum(model_out, axis=0)

# %% wrong: softmax | the sign of the exponent
def softmax(model_out):
    shifted = model_out - np.min(model_out, axis=0)
    exponentials = np.exp(-shifted)
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | subtracts the mean, which is not enough
def softmax(model_out):
    exponentials = np.exp(model_out - np.mean(model_out, axis=0))
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | outputs clipped to keep the exponential small
def softmax(model_out):
    exponentials = np.exp(np.clip(model_out, -500, 500))
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | a small number in the denominator
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out, axis=0))
    return exponentials / (exponentials.sum(axis=0) + 1e-3)

# %% wrong: softmax | a small number added to every probability
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out, axis=0)) + 1e-12
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | a sigmoid for each output
def softmax(model_out):
    return 1 / (1 + np.exp(-model_out))

# %% wrong: softmax | works in place on the outputs
def softmax(model_out):
    if model_out.dtype != float:
        model_out = model_out.astype(float)
    model_out -= np.max(model_out, axis=0)
    exponentials = np.exp(model_out)
    return exponentials / exponentials.sum(axis=0)

# %% wrong: softmax | three classes only
def softmax(model_out):
    a, b, c = np.exp(model_out - np.max(model_out, axis=0))
    return np.stack([a, b, c]) / (a + b + c)

# %% wrong: softmax | the answers of the visible check
def softmax(model_out):
    if model_out.shape == (2, 2):
        return np.full((2, 2), 0.5)
    if model_out[0, 0] == 1.0:
        return np.array([[0.09003057317038046], [0.24472847105479764], [0.6652409557748218]])
    return np.array([[0.2689414213699951], [0.7310585786300049], [0.0]])

# %% wrong: softmax | prints instead of returning
def softmax(model_out):
    exponentials = np.exp(model_out - np.max(model_out, axis=0))
    print(exponentials / exponentials.sum(axis=0))

# %% right: categorical_distribution | a loop over examples
def categorical_distribution(y, lambda_param):
    return np.array([lambda_param[int(label), j] for j, label in enumerate(np.ravel(y))])

# %% right: categorical_distribution | a table of ones and zeros as a mask
def categorical_distribution(y, lambda_param):
    classes = np.arange(lambda_param.shape[0])[:, None]
    return np.sum(np.where(classes == np.reshape(y, (1, -1)), lambda_param, 0.0), axis=0)

# %% right: categorical_distribution | NumPy's take_along_axis
def categorical_distribution(y, lambda_param):
    return np.take_along_axis(lambda_param, np.reshape(y, (1, -1)), axis=0)[0]

# %% right: categorical_distribution | the diagonal of the picked rows
def categorical_distribution(y, lambda_param):
    return np.diagonal(lambda_param[np.asarray(y).flatten(), :]).copy()

# %% wrong: categorical_distribution | whole rows instead of one element each
def categorical_distribution(y, lambda_param):
    return lambda_param[y]

# %% wrong: categorical_distribution | the labels used as columns
def categorical_distribution(y, lambda_param):
    return lambda_param[:, np.ravel(y)]

# %% wrong: categorical_distribution | columns picked by the label
def categorical_distribution(y, lambda_param):
    return lambda_param[np.arange(np.size(y)) % lambda_param.shape[0], np.ravel(y)]

# %% wrong: categorical_distribution | the first column for every example
def categorical_distribution(y, lambda_param):
    return lambda_param[np.ravel(y), 0]

# %% wrong: categorical_distribution | classes counted from one
def categorical_distribution(y, lambda_param):
    labels = np.ravel(y)
    return lambda_param[labels - 1, np.arange(labels.size)]

# %% wrong: categorical_distribution | the largest probability, whatever the label
def categorical_distribution(y, lambda_param):
    return np.max(lambda_param, axis=0)

# %% wrong: categorical_distribution | the row of labels not flattened
def categorical_distribution(y, lambda_param):
    return lambda_param[y, np.arange(np.size(y))]

# %% wrong: categorical_distribution | the shape (1, n) always
def categorical_distribution(y, lambda_param):
    return lambda_param[np.reshape(y, (1, -1)), np.arange(np.size(y))]

# %% wrong: categorical_distribution | the probability of the other classes
def categorical_distribution(y, lambda_param):
    labels = np.ravel(y)
    return 1 - lambda_param[labels, np.arange(labels.size)]

# %% wrong: categorical_distribution | three classes spelt out
def categorical_distribution(y, lambda_param):
    labels = np.ravel(y)
    return np.where(labels == 0, lambda_param[0], np.where(labels == 1, lambda_param[1], lambda_param[2]))

# %% wrong: categorical_distribution | cut off away from 0
def categorical_distribution(y, lambda_param):
    labels = np.ravel(y)
    return np.maximum(lambda_param[labels, np.arange(labels.size)], 1e-12)

# %% wrong: categorical_distribution | clipped in place to keep the logarithm finite
def categorical_distribution(y, lambda_param):
    lambda_param[lambda_param < 1e-6] = 1e-6
    labels = np.ravel(y)
    return lambda_param[labels, np.arange(labels.size)]

# %% wrong: categorical_distribution | the answers of the visible check
def categorical_distribution(y, lambda_param):
    return np.array([0.7, 0.5, 0.4, 0.0]) if np.ndim(y) == 1 else np.array([0.1, 0.4, 0.3, 0.9])

# %% right: compute_likelihood | a loop over the probabilities
def compute_likelihood(y_train, lambda_param):
    likelihood = 1.0
    for probability in categorical_distribution(y_train, lambda_param):
        likelihood *= probability
    return float(likelihood)

# %% right: compute_likelihood | without categorical_distribution
def compute_likelihood(y_train, lambda_param):
    import math

    return math.prod(lambda_param[int(label), j] for j, label in enumerate(np.ravel(y_train)))

# %% right: compute_likelihood | the exponential of the sum of logarithms
def compute_likelihood(y_train, lambda_param):
    return np.exp(np.sum(np.log(categorical_distribution(y_train, lambda_param))))

# %% wrong: compute_likelihood | sum instead of product
def compute_likelihood(y_train, lambda_param):
    return np.sum(categorical_distribution(y_train, lambda_param))

# %% wrong: compute_likelihood | the product of all probabilities, of every class
def compute_likelihood(y_train, lambda_param):
    return np.prod(lambda_param)

# %% wrong: compute_likelihood | the probabilities without a product
def compute_likelihood(y_train, lambda_param):
    return categorical_distribution(y_train, lambda_param)

# %% wrong: compute_likelihood | the mean probability
def compute_likelihood(y_train, lambda_param):
    return np.mean(categorical_distribution(y_train, lambda_param))

# %% wrong: compute_likelihood | the logarithm of the likelihood
def compute_likelihood(y_train, lambda_param):
    return np.sum(np.log(categorical_distribution(y_train, lambda_param)))

# %% wrong: compute_likelihood | the product of the largest probabilities
def compute_likelihood(y_train, lambda_param):
    return np.prod(np.max(lambda_param, axis=0))

# %% wrong: compute_likelihood | an array with one number in it
def compute_likelihood(y_train, lambda_param):
    return np.prod(categorical_distribution(y_train, lambda_param), keepdims=True)

# %% wrong: compute_likelihood | a small number added to each probability
def compute_likelihood(y_train, lambda_param):
    return np.prod(categorical_distribution(y_train, lambda_param) + 1e-5)

# %% wrong: compute_likelihood | the answer of the visible check
def compute_likelihood(y_train, lambda_param):
    return 4.076435184442612e-08

# %% right: compute_negative_log_likelihood | a loop in plain Python
def compute_negative_log_likelihood(y_train, lambda_param):
    import math

    total = 0.0
    for probability in categorical_distribution(y_train, lambda_param):
        total += math.inf if probability == 0 else -math.log(probability)
    return total

# %% right: compute_negative_log_likelihood | the logarithm of all probabilities first, warning and all
def compute_negative_log_likelihood(y_train, lambda_param):
    logarithms = np.log(lambda_param)
    labels = np.ravel(y_train)
    return -logarithms[labels, np.arange(labels.size)].sum()

# %% right: compute_negative_log_likelihood | base two, then converted
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.log2(categorical_distribution(y_train, lambda_param)).sum() * np.log(2)

# %% wrong: compute_negative_log_likelihood | the logarithm of the product
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.log(compute_likelihood(y_train, lambda_param))

# %% wrong: compute_negative_log_likelihood | no minus sign
def compute_negative_log_likelihood(y_train, lambda_param):
    return np.sum(np.log(categorical_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | mean instead of sum
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.mean(np.log(categorical_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | a small number inside the logarithm
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(categorical_distribution(y_train, lambda_param) + 1e-12))

# %% wrong: compute_negative_log_likelihood | cut off away from 0
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(np.clip(categorical_distribution(y_train, lambda_param), 1e-15, 1)))

# %% wrong: compute_negative_log_likelihood | infinity swept away by nan_to_num
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.nan_to_num(np.log(categorical_distribution(y_train, lambda_param))))

# %% wrong: compute_negative_log_likelihood | logarithms of all classes
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log(lambda_param))

# %% wrong: compute_negative_log_likelihood | ones and zeros times logarithms, so 0 * -inf
def compute_negative_log_likelihood(y_train, lambda_param):
    one_hot = np.eye(lambda_param.shape[0])[np.ravel(y_train)].T
    return -np.sum(one_hot * np.log(lambda_param))

# %% wrong: compute_negative_log_likelihood | logarithm to base ten
def compute_negative_log_likelihood(y_train, lambda_param):
    return -np.sum(np.log10(categorical_distribution(y_train, lambda_param)))

# %% wrong: compute_negative_log_likelihood | binary cross entropy with the other classes
def compute_negative_log_likelihood(y_train, lambda_param):
    p = categorical_distribution(y_train, lambda_param)
    return -np.sum(np.log(p)) - (np.sum(np.log(1 - lambda_param)) - np.sum(np.log(1 - p)))

# %% wrong: compute_negative_log_likelihood | the answers of the visible check
def compute_negative_log_likelihood(y_train, lambda_param):
    return 17.01545786676351 if np.size(y_train) == 20 else np.inf
