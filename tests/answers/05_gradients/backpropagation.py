# %% right: compute_network_output | lists that grow, layer by layer
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], []
    h = net_input
    for weights, biases in zip(all_weights, all_biases):
        all_h.append(h)
        f = np.matmul(weights, h) + biases
        all_f.append(f)
        h = np.clip(f, 0, None)
    return all_f[-1], all_f, all_h

# %% right: compute_network_output | recursion over the layers
def compute_network_output(net_input, all_weights, all_biases):
    f = all_biases[0] + all_weights[0].dot(net_input)
    if len(all_weights) == 1:
        return f, [f], [net_input]
    output, later_f, later_h = compute_network_output(np.where(f > 0, f, 0.0), all_weights[1:], all_biases[1:])
    return output, [f, *later_f], [net_input, *later_h]

# %% right: compute_network_output | one example at a time, put side by side at the end
def compute_network_output(net_input, all_weights, all_biases):
    layers = len(all_weights)
    columns_f, columns_h = [[] for _ in range(layers)], [[] for _ in range(layers)]
    for i in range(net_input.shape[1]):
        h = net_input[:, i]
        for k in range(layers):
            columns_h[k].append(h)
            f = all_weights[k] @ h + all_biases[k][:, 0]
            columns_f[k].append(f)
            h = f * (f > 0)
    all_f = [np.stack(columns, axis=1) for columns in columns_f]
    all_h = [np.stack(columns, axis=1) for columns in columns_h]
    return all_f[-1], all_f, all_h

# %% right: compute_network_output | biases as one more column of the weights
def compute_network_output(net_input, all_weights, all_biases):
    ones = np.ones((1, net_input.shape[1]))
    all_f, all_h = [], [np.array(net_input)]
    for k in range(len(all_weights)):
        if k > 0:
            all_h.append((np.abs(all_f[k - 1]) + all_f[k - 1]) / 2)
        all_f.append(np.hstack([all_weights[k], all_biases[k]]) @ np.vstack([all_h[k], ones]))
    return all_f[-1].copy(), tuple(all_f), tuple(all_h)

# %% wrong: compute_network_output | a ReLU after the last layer, too
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for weights, biases in zip(all_weights, all_biases):
        all_f.append(biases + weights @ all_h[-1])
        all_h.append(np.maximum(0, all_f[-1]))
    return all_h[-1], all_f, all_h[:-1]

# %% wrong: compute_network_output | no ReLU at all
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for weights, biases in zip(all_weights, all_biases):
        all_f.append(biases + weights @ all_h[-1])
        all_h.append(all_f[-1])
    return all_f[-1], all_f, all_h[:-1]

# %% wrong: compute_network_output | the ReLU works in place on the pre-activations
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for k in range(len(all_weights)):
        f = all_biases[k] + all_weights[k] @ all_h[k]
        all_f.append(f)
        if k < len(all_weights) - 1:
            f[f < 0] = 0
            all_h.append(f)
    return all_f[-1], all_f, all_h

# %% wrong: compute_network_output | always five hidden layers
def compute_network_output(net_input, all_weights, all_biases):
    depth = 5
    all_f, all_h = [None] * (depth + 1), [None] * (depth + 1)
    all_h[0] = net_input
    for k in range(depth):
        all_f[k] = all_biases[k] + all_weights[k] @ all_h[k]
        all_h[k + 1] = np.maximum(0, all_f[k])
    all_f[depth] = all_biases[depth] + all_weights[depth] @ all_h[depth]
    return all_f[depth], all_f, all_h

# %% wrong: compute_network_output | biases left out
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for weights in all_weights:
        all_f.append(weights @ all_h[-1])
        all_h.append(np.maximum(0, all_f[-1]))
    return all_f[-1], all_f, all_h[:-1]

# %% wrong: compute_network_output | one entry too many in all_h, the output itself
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for k in range(len(all_weights)):
        all_f.append(all_biases[k] + all_weights[k] @ all_h[k])
        all_h.append(np.maximum(0, all_f[k]))
    return all_f[-1], all_f, all_h

# %% wrong: compute_network_output | shifts the biases in place
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for k in range(len(all_weights)):
        f = all_weights[k] @ all_h[k]
        all_biases[k] += f.mean() * 0
        all_biases[k] -= 1e-3
        all_f.append(f + all_biases[k] + 1e-3)
        all_h.append(np.maximum(0, all_f[k]))
    return all_f[-1], all_f, all_h[:-1]

# %% wrong: compute_network_output | a leaky ReLU
def compute_network_output(net_input, all_weights, all_biases):
    all_f, all_h = [], [net_input]
    for k in range(len(all_weights)):
        all_f.append(all_biases[k] + all_weights[k] @ all_h[k])
        all_h.append(np.where(all_f[k] > 0, all_f[k], 0.01 * all_f[k]))
    return all_f[-1], all_f, all_h[:-1]

# %% wrong: compute_network_output | returns the output only
def compute_network_output(net_input, all_weights, all_biases):
    h = net_input
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)
    return all_biases[-1] + all_weights[-1] @ h

# %% wrong: compute_network_output | returns nothing
def compute_network_output(net_input, all_weights, all_biases):
    h = net_input
    for k in range(len(all_weights) - 1):
        h = np.maximum(0, all_biases[k] + all_weights[k] @ h)

# %% right: backward_pass | all derivatives of pre-activations first, then the parameters
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    all_dl_df = [None] * (K + 1)
    all_dl_dh = [None] * (K + 1)
    all_dl_df[K] = np.array(2 * (all_f[K] - y))
    for k in range(K - 1, -1, -1):
        all_dl_dh[k + 1] = np.matmul(all_weights[k + 1].T, all_dl_df[k + 1])
        indicator = np.array(all_f[k])
        indicator[indicator > 0] = 1
        indicator[indicator <= 0] = 0
        all_dl_df[k] = indicator * all_dl_dh[k + 1]
    weights = [np.matmul(df, h.transpose()) for df, h in zip(all_dl_df, all_h)]
    biases = [df.sum(axis=1).reshape(-1, 1) for df in all_dl_df]
    return weights, biases

# %% right: backward_pass | one example at a time, outer products added up
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    d_weights = [np.zeros(w.shape) for w in all_weights]
    d_biases = [np.zeros(b.shape) for b in all_biases]
    for i in range(y.shape[1]):
        delta = 2 * (all_f[-1][:, i] - y[:, i])
        for k in reversed(range(len(all_weights))):
            d_weights[k] += np.outer(delta, all_h[k][:, i])
            d_biases[k][:, 0] += delta
            delta = all_weights[k].T @ delta
            if k:
                delta = delta * (all_h[k][:, i] > 0)
    return d_weights, d_biases

# %% right: backward_pass | einsum, the mask read off the activations, lists filled from the front
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    d_weights, d_biases = [], []
    delta = 2.0 * (all_f[-1] - y)
    for weights, h in zip(all_weights[::-1], all_h[::-1]):
        d_weights.insert(0, np.einsum("in,jn->ij", delta, h))
        d_biases.insert(0, np.einsum("in->i", delta)[:, None])
        delta = np.einsum("ij,in->jn", weights, delta) * np.sign(h).clip(0, 1)
    return tuple(d_weights), tuple(d_biases)

# %% right: backward_pass | biases as a product with a column of ones, the mask by where
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    ones = np.ones((y.shape[1], 1))
    gradients = {}
    delta = np.add(all_f[-1], -y) + np.add(all_f[-1], -y)
    k = len(all_weights) - 1
    while True:
        gradients[k] = (delta @ np.transpose(all_h[k]), delta @ ones)
        if k == 0:
            break
        delta = np.where(all_f[k - 1] > 0, (delta.T @ all_weights[k]).T, 0)
        k -= 1
    return [gradients[k][0] for k in sorted(gradients)], [gradients[k][1] for k in sorted(gradients)]

# %% wrong: backward_pass | the factor 2 of the square is missing
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = all_f[K] - y
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the sign of the difference
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (y - all_f[K])
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | biases not summed over examples
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = dl_df
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | biases of shape (units,)
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the mean over examples
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y) / y.shape[1]
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | no ReLU on the way back
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        dl_df = all_weights[k].T @ dl_df
    return dw, db

# %% wrong: backward_pass | the mask of the wrong layer (where it fits)
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_dh = all_weights[k].T @ dl_df
            mask = all_f[k] > 0 if all_f[k].shape == dl_dh.shape else all_f[k - 1] > 0
            dl_df = mask * dl_dh
    return dw, db

# %% wrong: backward_pass | the weights not transposed where they are square
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            square = all_weights[k].shape[0] == all_weights[k].shape[1]
            dl_df = (all_f[k - 1] > 0) * ((all_weights[k] if square else all_weights[k].T) @ dl_df)
    return dw, db

# %% wrong: backward_pass | a mask on the output layer as well
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y) * (all_f[K] > 0)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | transposed weight gradients
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = all_h[k] @ dl_df.T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | pre-activations instead of activations go into the weights
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ (all_f[k - 1].T if k > 0 else all_h[0].T)
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the last layer left at zero
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [np.zeros_like(w) for w in all_weights], [np.zeros_like(b) for b in all_biases]
    dl_df = 2 * (all_f[K] - y)
    for k in range(K - 1, -1, -1):
        dl_df = (all_f[k] > 0) * (all_weights[k + 1].T @ dl_df)
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
    return dw, db

# %% wrong: backward_pass | only the first of several outputs counts
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y[:1])
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the mask is written into the pre-activations
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            mask = all_f[k - 1]
            mask[mask > 0] = 1
            mask[mask < 0] = 0
            dl_df = mask * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the depth of the notebook's network
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    K = 5 if len(all_weights) > 3 else len(all_weights) - 1
    dw, db = [None] * (K + 1), [None] * (K + 1)
    dl_df = 2 * (all_f[K] - y)
    for k in range(K, -1, -1):
        db[k] = np.sum(dl_df, axis=1, keepdims=True)
        dw[k] = dl_df @ all_h[k].T
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | the two lists from the last layer to the first
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    dw, db = [], []
    dl_df = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 1, -1, -1):
        db.append(np.sum(dl_df, axis=1, keepdims=True))
        dw.append(dl_df @ all_h[k].T)
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
    return dw, db

# %% wrong: backward_pass | returns nothing
def backward_pass(all_weights, all_biases, all_f, all_h, y):
    dl_df = 2 * (all_f[-1] - y)
    for k in range(len(all_weights) - 1, -1, -1):
        if k > 0:
            dl_df = (all_f[k - 1] > 0) * (all_weights[k].T @ dl_df)
