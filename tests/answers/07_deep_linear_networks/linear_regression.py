# %% right: linear_regression | NumPy's least squares, which has rows as examples
def linear_regression(X, Y):
    return np.linalg.lstsq(X.T, Y.T, rcond=None)[0].T

# %% right: linear_regression | the singular value decomposition written out
def linear_regression(X, Y):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    W = np.zeros((Y.shape[0], X.shape[0]))
    for s, u, v in zip(S, U.T, Vt):
        if s > 1e-12 * S[0]:
            W += np.outer(Y @ v, u) / s
    return W

# %% right: linear_regression | pseudoinverse of X X^T
def linear_regression(X, Y):
    return Y @ X.T @ np.linalg.pinv(X @ X.T)

# %% right: linear_regression | one output at a time
def linear_regression(X, Y):
    W = np.empty((len(Y), len(X)))
    for k in range(len(Y)):
        W[k] = np.linalg.lstsq(X.T, Y[k], rcond=1e-12)[0]
    return W

# %% right: linear_regression | with the inverse where there is one
def linear_regression(X, Y):
    d, n = X.shape
    if np.linalg.matrix_rank(X) == d:
        return np.linalg.solve(X @ X.T, X @ Y.T).T
    return Y @ np.linalg.pinv(X)

# %% wrong: linear_regression | the inverse, which is not always there
def linear_regression(X, Y):
    return Y @ X.T @ np.linalg.inv(X @ X.T)

# %% wrong: linear_regression | solve, and nothing where it fails
def linear_regression(X, Y):
    try:
        return np.linalg.solve(X @ X.T, X @ Y.T).T
    except np.linalg.LinAlgError:
        return np.zeros((Y.shape[0], X.shape[0]))

# %% wrong: linear_regression | ridge
def linear_regression(X, Y):
    return Y @ X.T @ np.linalg.inv(X @ X.T + 1e-8 * np.eye(len(X)))

# %% wrong: linear_regression | transposed
def linear_regression(X, Y):
    return np.linalg.lstsq(X.T, Y.T, rcond=None)[0]

# %% wrong: linear_regression | rows as examples
def linear_regression(X, Y):
    return np.linalg.pinv(X) @ Y

# %% wrong: linear_regression | means taken off first
def linear_regression(X, Y):
    X = X - X.mean(axis=1, keepdims=True)
    Y = Y - Y.mean(axis=1, keepdims=True)
    return Y @ np.linalg.pinv(X)

# %% wrong: linear_regression | one of the many, not that of least norm
def linear_regression(X, Y):
    rank = np.linalg.matrix_rank(X)
    W = np.zeros((Y.shape[0], X.shape[0]))
    W[:, :rank] = Y @ np.linalg.pinv(X[:rank])
    return W

# %% wrong: linear_regression | singular values cut off far too early
def linear_regression(X, Y):
    return Y @ np.linalg.pinv(X, rcond=1e-2)

# %% wrong: linear_regression | a thousand steps of gradient descent
def linear_regression(X, Y):
    W = np.zeros((Y.shape[0], X.shape[0]))
    for _ in range(1000):
        W -= 0.01 * (W @ X - Y) @ X.T / X.shape[1]
    return W

# %% wrong: linear_regression | correlations only
def linear_regression(X, Y):
    return Y @ X.T / (X**2).sum(axis=1)

# %% wrong: linear_regression | everything that lstsq gives
def linear_regression(X, Y):
    return np.linalg.lstsq(X.T, Y.T, rcond=None)

# %% wrong: linear_regression | scales X in place
def linear_regression(X, Y):
    largest = np.abs(X).max() or 1
    X[:] = X / largest
    return Y @ np.linalg.pinv(X) / largest

# %% wrong: linear_regression | returns nothing
def linear_regression(X, Y):
    Y @ np.linalg.pinv(X)

# %% right: end_to_end | from the output layer down
def end_to_end(weights):
    product = weights[-1]
    for weight in reversed(weights[:-1]):
        product = product @ weight
    return product

# %% right: end_to_end | what it does with each unit vector
def end_to_end(weights):
    columns = torch.eye(weights[0].shape[1], dtype=weights[0].dtype, device=weights[0].device)
    for weight in weights:
        columns = torch.nn.functional.linear(columns.T, weight).T
    return columns

# %% right: end_to_end | recursion
def end_to_end(weights):
    if len(weights) == 1:
        return weights[0]
    return end_to_end(weights[1:]) @ weights[0]

# %% right: end_to_end | reduce, without a graph
def end_to_end(weights):
    from functools import reduce

    with torch.no_grad():
        return reduce(lambda product, weight: torch.einsum("oh,hi->oi", weight, product), weights)

# %% wrong: end_to_end | the input layer on the left
def end_to_end(weights):
    product = weights[0]
    for weight in weights[1:]:
        product = product @ weight
    return product

# %% wrong: end_to_end | rows as in a batch, the transpose
def end_to_end(weights):
    product = weights[0].T
    for weight in weights[1:]:
        product = product @ weight.T
    return product

# %% wrong: end_to_end | two layers only
def end_to_end(weights):
    return weights[-1] @ weights[0]

# %% wrong: end_to_end | multi_dot does not take a single matrix
def end_to_end(weights):
    return torch.linalg.multi_dot(weights[::-1])

# %% wrong: end_to_end | begins with a square of ones
def end_to_end(weights):
    product = torch.ones(weights[0].shape[1], weights[0].shape[1], dtype=weights[0].dtype)
    for weight in weights:
        product = weight @ product
    return product

# %% wrong: end_to_end | elementwise
def end_to_end(weights):
    product = weights[0]
    for weight in weights[1:]:
        product = product * weight
    return product

# %% wrong: end_to_end | reverses the list of weights for good
def end_to_end(weights):
    weights.reverse()
    product = weights[0]
    for weight in weights[1:]:
        product = product @ weight
    return product

# %% wrong: end_to_end | takes the list apart
def end_to_end(weights):
    product = weights.pop(0)
    while weights:
        product = weights.pop(0) @ product
    return product

# %% wrong: end_to_end | with activation functions
def end_to_end(weights):
    product = weights[0]
    for weight in weights[1:]:
        product = weight @ torch.relu(product)
    return product

# %% wrong: end_to_end | returns nothing
def end_to_end(weights):
    product = weights[0]
    for weight in weights[1:]:
        product = weight @ product
