# %% right: shallow_parameters | reshape
def shallow_parameters(phi, theta):
    beta_0 = theta[:, 0].reshape(3, 1)
    omega_0 = theta[:, 1].reshape(3, 1)
    return beta_0, omega_0, np.reshape(phi[0], (1, 1)), np.reshape(phi[1:], (1, 3))

# %% right: shallow_parameters | filled entry by entry
def shallow_parameters(phi, theta):
    beta_0, omega_0, omega_1 = np.zeros((3, 1)), np.zeros((3, 1)), np.zeros((1, 3))
    for d in range(3):
        beta_0[d, 0] = theta[d, 0]
        omega_0[d, 0] = theta[d, 1]
        omega_1[0, d] = phi[d + 1]
    beta_1 = np.array([[phi[0]]])
    return beta_0, omega_0, beta_1, omega_1

# %% right: shallow_parameters | split, in a list
def shallow_parameters(phi, theta):
    beta_0, omega_0 = np.hsplit(theta, 2)
    beta_1, omega_1 = np.split(phi[None, :], [1], axis=1)
    return [beta_0, omega_0, beta_1, omega_1]

# %% wrong: shallow_parameters | vectors with one axis
def shallow_parameters(phi, theta):
    return theta[:, 0], theta[:, 1], phi[0:1], phi[1:]

# %% wrong: shallow_parameters | offset and slope swapped
def shallow_parameters(phi, theta):
    return theta[:, 1:2], theta[:, 0:1], phi[0].reshape(1, 1), phi[1:].reshape(1, 3)

# %% wrong: shallow_parameters | output weights in a column
def shallow_parameters(phi, theta):
    return theta[:, 0:1], theta[:, 1:2], phi[0].reshape(1, 1), phi[1:].reshape(3, 1)

# %% wrong: shallow_parameters | the offset of the output is a number
def shallow_parameters(phi, theta):
    return theta[:, 0:1], theta[:, 1:2], phi[0], phi[1:].reshape(1, 3)

# %% wrong: shallow_parameters | the offset of the output is taken from the end of phi
def shallow_parameters(phi, theta):
    return theta[:, 0:1], theta[:, 1:2], phi[3].reshape(1, 1), phi[:3].reshape(1, 3)

# %% wrong: shallow_parameters | hidden units in rows
def shallow_parameters(phi, theta):
    return theta[:, 0:1].T, theta[:, 1:2].T, phi[0].reshape(1, 1), phi[1:].reshape(1, 3)

# %% wrong: shallow_parameters | weights before offsets
def shallow_parameters(phi, theta):
    return theta[:, 1:2], phi[1:].reshape(1, 3), theta[:, 0:1], phi[0].reshape(1, 1)

# %% wrong: shallow_parameters | theta cut by rows
def shallow_parameters(phi, theta):
    flat = theta.reshape(-1)
    return flat[:3].reshape(3, 1), flat[3:].reshape(3, 1), phi[0].reshape(1, 1), phi[1:].reshape(1, 3)

# %% right: composed_parameters | outer product
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    slopes = theta_2[:, 1]
    return (
        theta_1[:, [0]],
        theta_1[:, [1]],
        (theta_2[:, 0] + slopes * phi_1[0])[:, None],
        np.outer(slopes, phi_1[1:]),
        np.array([[phi_2[0]]]),
        np.array([phi_2[1:]]),
    )

# %% right: composed_parameters | entry by entry
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    beta_1, omega_1 = np.empty((3, 1)), np.empty((3, 3))
    for i in range(3):
        beta_1[i, 0] = theta_2[i, 0] + theta_2[i, 1] * phi_1[0]
        for j in range(3):
            omega_1[i, j] = theta_2[i, 1] * phi_1[j + 1]
    beta_0, omega_0 = theta_1[:, 0].reshape(-1, 1), theta_1[:, 1].reshape(-1, 1)
    return beta_0, omega_0, beta_1, omega_1, phi_2[:1].reshape(1, 1), phi_2[1:].reshape(1, -1)

# %% right: composed_parameters | from the matrices of both networks
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    def matrices(phi, theta):
        return theta[:, 0:1], theta[:, 1:2], np.full((1, 1), phi[0]), np.atleast_2d(phi[1:])

    beta_0, omega_0, beta_out, omega_out = matrices(phi_1, theta_1)
    beta_in, omega_in, beta_2, omega_2 = matrices(phi_2, theta_2)
    return beta_0, omega_0, beta_in + omega_in @ beta_out, omega_in @ omega_out, beta_2, omega_2

# %% wrong: composed_parameters | the first network's output offset forgotten
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(theta_2[:, 1], phi_1[1:])
    return theta_1[:, 0:1], theta_1[:, 1:2], theta_2[:, 0:1], omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | the offset added without the slope
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(theta_2[:, 1], phi_1[1:])
    beta_1 = theta_2[:, 0:1] + phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | the middle matrix transposed
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(phi_1[1:], theta_2[:, 1])
    beta_1 = theta_2[:, 0:1] + theta_2[:, 1:2] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | elementwise products on the diagonal
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.diag(theta_2[:, 1] * phi_1[1:])
    beta_1 = theta_2[:, 0:1] + theta_2[:, 1:2] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | a dot product instead of the outer one
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = phi_1[None, 1:] @ theta_2[:, 1:2]
    beta_1 = theta_2[:, 0:1] + theta_2[:, 1:2] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | the networks swapped
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    phi_1, theta_1, phi_2, theta_2 = phi_2, theta_2, phi_1, theta_1
    omega_1 = np.outer(theta_2[:, 1], phi_1[1:])
    beta_1 = theta_2[:, 0:1] + theta_2[:, 1:2] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | offsets and slopes of the second network swapped
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(theta_2[:, 0], phi_1[1:])
    beta_1 = theta_2[:, 1:2] + theta_2[:, 0:1] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], beta_1, omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% wrong: composed_parameters | biases with one axis
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(theta_2[:, 1], phi_1[1:])
    beta_1 = theta_2[:, 0] + theta_2[:, 1] * phi_1[0]
    return theta_1[:, 0], theta_1[:, 1:2], beta_1, omega_1, phi_2[:1], phi_2[None, 1:]

# %% wrong: composed_parameters | adds to theta_2 in place
def composed_parameters(phi_1, theta_1, phi_2, theta_2):
    omega_1 = np.outer(theta_2[:, 1], phi_1[1:])
    theta_2[:, 0] += theta_2[:, 1] * phi_1[0]
    return theta_1[:, 0:1], theta_1[:, 1:2], theta_2[:, 0:1], omega_1, phi_2[0].reshape(1, 1), phi_2[None, 1:]

# %% right: random_parameters | weights first
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    omegas = [rng.normal(size=(sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    betas = [rng.normal(size=(sizes[k + 1], 1)) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% right: random_parameters | one matrix a layer, cut in two
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas, omegas = [], []
    for n_in, n_out in zip(sizes, sizes[1:]):
        both = rng.standard_normal((n_out, n_in + 1))
        betas.append(both[:, :1])
        omegas.append(both[:, 1:])
    return betas, omegas

# %% right: random_parameters | mean and spread given, from the output back
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas, omegas = [], []
    for k in reversed(range(1, len(sizes))):
        betas.insert(0, rng.normal(0.0, 1.0, size=(sizes[k], 1)))
        omegas.insert(0, rng.normal(0.0, 1.0, size=(sizes[k], sizes[k - 1])))
    return betas, omegas

# %% wrong: random_parameters | a new generator for every layer
def random_parameters(sizes, seed):
    betas, omegas = [], []
    for k in range(len(sizes) - 1):
        rng = np.random.default_rng(seed)
        betas.append(rng.standard_normal((sizes[k + 1], 1)))
        omegas.append(rng.standard_normal((sizes[k + 1], sizes[k])))
    return betas, omegas

# %% wrong: random_parameters | uniform instead of normal
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.random((sizes[k + 1], 1)) for k in range(len(sizes) - 1)]
    omegas = [rng.random((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | weights transposed
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.standard_normal((sizes[k + 1], 1)) for k in range(len(sizes) - 1)]
    omegas = [rng.standard_normal((sizes[k], sizes[k + 1])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | biases of the input, none of the output
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.standard_normal((sizes[k], 1)) for k in range(len(sizes) - 1)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | biases with one axis
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.standard_normal(sizes[k + 1]) for k in range(len(sizes) - 1)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | biases are zero
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [np.zeros((sizes[k + 1], 1)) for k in range(len(sizes) - 1)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | the output layer is missing
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.standard_normal((sizes[k + 1], 1)) for k in range(len(sizes) - 2)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 2)]
    return betas, omegas

# %% wrong: random_parameters | the seed is not used
def random_parameters(sizes, seed):
    rng = np.random.default_rng()
    betas = [rng.standard_normal((sizes[k + 1], 1)) for k in range(len(sizes) - 1)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(len(sizes) - 1)]
    return betas, omegas

# %% wrong: random_parameters | always four layers, as in the check
def random_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    betas = [rng.standard_normal((sizes[k + 1], 1)) for k in range(4)]
    omegas = [rng.standard_normal((sizes[k + 1], sizes[k])) for k in range(4)]
    return betas, omegas

# %% right: forward | a counter and a condition
def forward(x, betas, Omegas):
    h = x
    last = len(betas) - 1
    for k in range(len(betas)):
        f = betas[k] + np.matmul(Omegas[k], h)
        h = f if k == last else np.maximum(f, 0)
    return h

# %% right: forward | biases as weights of a constant input
def forward(x, betas, Omegas):
    h = np.asarray(x, dtype=float)
    ones = np.ones((1, h.shape[1]))
    for k, (beta, omega) in enumerate(zip(betas, Omegas)):
        if k > 0:
            h = np.where(h > 0, h, 0)
        h = np.hstack([omega, beta]) @ np.vstack([h, ones])
    return h

# %% right: forward | by recursion
def forward(x, betas, Omegas):
    f = betas[0] + Omegas[0] @ x
    if len(betas) == 1:
        return f
    return forward(relu(f), betas[1:], Omegas[1:])

# %% right: forward | one example after another
def forward(x, betas, Omegas):
    columns = []
    for i in range(x.shape[1]):
        h = x[:, i]
        for beta, omega in zip(betas[:-1], Omegas[:-1]):
            h = np.maximum(0, beta[:, 0] + omega @ h)
        columns.append(betas[-1][:, 0] + Omegas[-1] @ h)
    return np.stack(columns, axis=1)

# %% wrong: forward | a ReLU after the last layer as well
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas, Omegas):
        h = np.maximum(0, beta + omega @ h)
    return h

# %% wrong: forward | no ReLU at all
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas, Omegas):
        h = beta + omega @ h
    return h

# %% wrong: forward | one hidden layer only
def forward(x, betas, Omegas):
    return betas[-1] + Omegas[-1] @ np.maximum(0, betas[0] + Omegas[0] @ x)

# %% wrong: forward | biases after the ReLU
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas[:-1], Omegas[:-1]):
        h = beta + np.maximum(0, omega @ h)
    return betas[-1] + Omegas[-1] @ h

# %% wrong: forward | a ReLU on the input
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas, Omegas):
        h = beta + omega @ np.maximum(0, h)
    return h

# %% wrong: forward | two hidden layers, whatever the lists hold
def forward(x, betas, Omegas):
    h = x
    for k in range(2):
        h = np.maximum(0, betas[k] + Omegas[k] @ h)
    return betas[2] + Omegas[2] @ h

# %% wrong: forward | elementwise product instead of the matrix product
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas[:-1], Omegas[:-1]):
        h = np.maximum(0, beta + omega * h)
    return betas[-1] + Omegas[-1] @ h

# %% wrong: forward | the last bias is forgotten
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas[:-1], Omegas[:-1]):
        h = np.maximum(0, beta + omega @ h)
    return Omegas[-1] @ h

# %% wrong: forward | takes the arrays out of the lists
def forward(x, betas, Omegas):
    h = x
    while len(betas) > 1:
        h = np.maximum(0, betas.pop(0) + Omegas.pop(0) @ h)
    return betas[0] + Omegas[0] @ h

# %% wrong: forward | at least one ReLU, so wrong without hidden layers
def forward(x, betas, Omegas):
    h = np.maximum(0, betas[0] + Omegas[0] @ x)
    for beta, omega in zip(betas[1:-1], Omegas[1:-1]):
        h = np.maximum(0, beta + omega @ h)
    return betas[-1] + Omegas[-1] @ h if len(betas) > 1 else h

# %% wrong: forward | one row of outputs, flat
def forward(x, betas, Omegas):
    h = x
    for beta, omega in zip(betas[:-1], Omegas[:-1]):
        h = np.maximum(0, beta + omega @ h)
    return (betas[-1] + Omegas[-1] @ h).ravel()
