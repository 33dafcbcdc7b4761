# %% right: relu | where
def relu(preactivation):
    return np.where(np.asarray(preactivation) > 0, preactivation, 0.0)

# %% right: relu | half of the sum with the absolute value
def relu(preactivation):
    return 0.5 * (preactivation + np.abs(preactivation))

# %% right: relu | clips a copy
def relu(preactivation):
    activation = np.array(preactivation, dtype=float)
    activation[activation < 0] = 0
    return activation

# %% wrong: relu | works in place
def relu(preactivation):
    if np.ndim(preactivation) == 0:
        return max(0.0, preactivation)
    preactivation[preactivation < 0] = 0
    return preactivation

# %% wrong: relu | keeps what is negative
def relu(preactivation):
    return np.minimum(0.0, preactivation)

# %% wrong: relu | absolute value
def relu(preactivation):
    return np.abs(preactivation)

# %% wrong: relu | one where positive, not the value
def relu(preactivation):
    return np.where(np.asarray(preactivation) > 0, 1.0, 0.0)

# %% wrong: relu | drops the negative elements
def relu(preactivation):
    preactivation = np.asarray(preactivation)
    return preactivation[preactivation >= 0]

# %% wrong: relu | clipped above, too
def relu(preactivation):
    return np.clip(preactivation, 0, 3)

# %% wrong: relu | one number: the larger of 0 and the largest
def relu(preactivation):
    return max(0.0, np.max(preactivation))

# %% right: shallow_1_1_3 | written out unit by unit
def shallow_1_1_3(x, activation, phi, theta):
    pre_1 = theta[0, 0] + theta[0, 1] * x
    pre_2 = theta[1, 0] + theta[1, 1] * x
    pre_3 = theta[2, 0] + theta[2, 1] * x
    act_1, act_2, act_3 = activation(pre_1), activation(pre_2), activation(pre_3)
    w_1, w_2, w_3 = phi[1] * act_1, phi[2] * act_2, phi[3] * act_3
    y = phi[0] + w_1 + w_2 + w_3
    return y, np.array([pre_1, pre_2, pre_3]), np.array([act_1, act_2, act_3]), np.array([w_1, w_2, w_3])

# %% right: shallow_1_1_3 | matrix products
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta @ np.vstack([np.ones(len(x)), x])
    act = activation(pre)
    return phi[0] + phi[1:] @ act, pre, act, np.diag(phi[1:]) @ act

# %% right: shallow_1_1_3 | one input after another
def shallow_1_1_3(x, activation, phi, theta):
    n = len(x)
    y, pre, act, weighted = np.zeros(n), np.zeros((3, n)), np.zeros((3, n)), np.zeros((3, n))
    for i in range(n):
        y[i] = phi[0]
        for d in range(3):
            pre[d, i] = theta[d, 0] + theta[d, 1] * x[i]
            act[d, i] = activation(pre[d, i])
            weighted[d, i] = phi[d + 1] * act[d, i]
            y[i] += weighted[d, i]
    return y, pre, act, weighted

# %% wrong: shallow_1_1_3 | offset and slope swapped
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 1:2] + theta[:, 0:1] * x
    act = activation(pre)
    weighted = phi[1:, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | always a ReLU, whatever is passed in
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = relu(pre)
    weighted = phi[1:, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | the offset of the output is taken from the end of phi
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = activation(pre)
    weighted = phi[:3, None] * act
    return phi[3] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | the offset of the output forgotten
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = activation(pre)
    weighted = phi[1:, None] * act
    return weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | pre-activations are overwritten by the activations
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    pre = activation(pre)
    act = pre
    weighted = phi[1:, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | the offset added to every weighted activation
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = activation(pre)
    weighted = phi[0] + phi[1:, None] * act
    return weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | hidden units along the second axis
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0] + np.outer(x, theta[:, 1])
    act = activation(pre)
    weighted = phi[1:] * act
    return phi[0] + weighted.sum(axis=1), pre, act, weighted

# %% wrong: shallow_1_1_3 | the output alone
def shallow_1_1_3(x, activation, phi, theta):
    return phi[0] + phi[1:] @ activation(theta[:, 0:1] + theta[:, 1:2] * x)

# %% wrong: shallow_1_1_3 | the activation applied to the output as well
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = activation(pre)
    weighted = phi[1:, None] * act
    return activation(phi[0] + weighted.sum(axis=0)), pre, act, weighted

# %% wrong: shallow_1_1_3 | arrays like x, so whole numbers for whole numbers
def shallow_1_1_3(x, activation, phi, theta):
    pre = np.array([np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)])
    for d in range(3):
        pre[d] = theta[d, 0] + theta[d, 1] * x
    act = activation(pre)
    weighted = phi[1:, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_1_1_3 | changes phi on the way
def shallow_1_1_3(x, activation, phi, theta):
    pre = theta[:, 0:1] + theta[:, 1:2] * x
    act = activation(pre)
    weighted = phi[1:, None] * act
    offset = phi[0]
    phi[0] = 0
    return offset + weighted.sum(axis=0), pre, act, weighted

# %% right: joints | a set of quotients, sorted
def joints(theta):
    places = {-offset / slope for offset, slope in theta if slope != 0}
    return np.array(sorted(places))

# %% right: joints | divides everywhere and keeps what is finite
def joints(theta):
    with np.errstate(all="ignore"):
        places = -theta[:, 0] / theta[:, 1]
    return np.unique(places[np.isfinite(places)])

# %% right: joints | a loop that skips what is there already
def joints(theta):
    found = []
    for d in range(3):
        if theta[d, 1] == 0:
            continue
        place = -theta[d, 0] / theta[d, 1]
        if not any(abs(place - other) < 1e-12 for other in found):
            found.append(place)
    found.sort()
    return np.array(found)

# %% wrong: joints | sign of the offset
def joints(theta):
    bends = theta[theta[:, 1] != 0]
    return np.unique(bends[:, 0] / bends[:, 1])

# %% wrong: joints | slope over offset
def joints(theta):
    bends = theta[theta[:, 0] != 0]
    return np.unique(-bends[:, 1] / bends[:, 0])

# %% wrong: joints | not sorted, repeats kept
def joints(theta):
    bends = theta[theta[:, 1] != 0]
    return -bends[:, 0] / bends[:, 1]

# %% wrong: joints | sorted, but repeats kept
def joints(theta):
    bends = theta[theta[:, 1] != 0]
    return np.sort(-bends[:, 0] / bends[:, 1])

# %% wrong: joints | flat units give infinity
def joints(theta):
    with np.errstate(all="ignore"):
        return np.unique(-theta[:, 0] / theta[:, 1])

# %% wrong: joints | only those between 0 and 1
def joints(theta):
    bends = theta[theta[:, 1] != 0]
    places = np.unique(-bends[:, 0] / bends[:, 1])
    return places[(places >= 0) & (places <= 1)]

# %% wrong: joints | leaves out infinities but not 0 / 0
def joints(theta):
    with np.errstate(all="ignore"):
        places = -theta[:, 0] / theta[:, 1]
    return np.unique(places[~np.isinf(places)])

# %% wrong: joints | only units of positive slope
def joints(theta):
    bends = theta[theta[:, 1] > 0]
    return np.unique(-bends[:, 0] / bends[:, 1])

# %% wrong: joints | leaves out a joint at zero
def joints(theta):
    places = [-offset / slope for offset, slope in theta if slope and offset]
    return np.unique(places)

# %% wrong: joints | divides theta in place
def joints(theta):
    bends = theta[:, 1] != 0
    theta[bends, 0] = theta[bends, 0] / theta[bends, 1]
    return np.unique(-theta[bends, 0])

# %% wrong: joints | the answers of the visible check
def joints(theta):
    return np.array([0.3, 0.5, 0.7692307692307692]) if theta[0, 0] == 0.3 else np.array([0.5])

# %% right: sigmoid | the exponent clipped where the result no longer changes
def sigmoid(preactivation):
    return 1 / (1 + np.exp(np.clip(-10.0 * np.asarray(preactivation), -600, 600)))

# %% right: sigmoid | by the hyperbolic tangent
def sigmoid(preactivation):
    return 0.5 * (1 + np.tanh(5 * preactivation))

# %% right: sigmoid | the two forms by a mask
def sigmoid(preactivation):
    z = np.atleast_1d(np.asarray(preactivation, dtype=float)) * 10
    result = np.zeros_like(z)
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    result[~positive] = np.exp(z[~positive]) / (1 + np.exp(z[~positive]))
    return result.reshape(np.shape(preactivation))

# %% right: sigmoid | by logaddexp
def sigmoid(preactivation):
    return np.exp(-np.logaddexp(0.0, -10.0 * np.asarray(preactivation)))

# %% wrong: sigmoid | as it stands, so it overflows
def sigmoid(preactivation):
    return 1 / (1 + np.exp(-10 * np.asarray(preactivation)))

# %% wrong: sigmoid | where computes both branches, so it overflows
def sigmoid(preactivation):
    z = 10 * np.asarray(preactivation)
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))

# %% wrong: sigmoid | the factor 10 is missing
def sigmoid(preactivation):
    return 0.5 * (1 + np.tanh(preactivation / 2))

# %% wrong: sigmoid | sign of the exponent
def sigmoid(preactivation):
    return 0.5 * (1 - np.tanh(5 * np.asarray(preactivation)))

# %% wrong: sigmoid | the upper half mirrored for negative numbers
def sigmoid(preactivation):
    return 1 / (1 + np.exp(-10 * np.abs(preactivation)))

# %% wrong: sigmoid | from -1 to 1
def sigmoid(preactivation):
    return np.tanh(5 * np.asarray(preactivation))

# %% wrong: sigmoid | clipped far too early
def sigmoid(preactivation):
    return 1 / (1 + np.exp(-10 * np.clip(preactivation, -1, 1)))

# %% wrong: sigmoid | works in place
def sigmoid(preactivation):
    if isinstance(preactivation, np.ndarray) and preactivation.dtype == float:
        preactivation *= 5
        return 0.5 * (1 + np.tanh(preactivation))
    return 0.5 * (1 + np.tanh(5 * np.asarray(preactivation)))

# %% wrong: sigmoid | divides by ten
def sigmoid(preactivation):
    return 0.5 * (1 + np.tanh(np.asarray(preactivation) / 20))

# %% right: least_squares_loss | a dot product
def least_squares_loss(y_train, y_predict):
    misses = y_predict - y_train
    return misses @ misses

# %% right: least_squares_loss | a loop
def least_squares_loss(y_train, y_predict):
    loss = 0.0
    for target, predicted in zip(y_train, y_predict):
        loss += (target - predicted) ** 2
    return loss

# %% right: least_squares_loss | the squared norm
def least_squares_loss(y_train, y_predict):
    return np.linalg.norm(y_train - y_predict) ** 2

# %% wrong: least_squares_loss | mean instead of sum
def least_squares_loss(y_train, y_predict):
    return np.mean((y_predict - y_train) ** 2)

# %% wrong: least_squares_loss | absolute differences
def least_squares_loss(y_train, y_predict):
    return np.sum(np.abs(y_predict - y_train))

# %% wrong: least_squares_loss | the square of the sum
def least_squares_loss(y_train, y_predict):
    return np.sum(y_predict - y_train) ** 2

# %% wrong: least_squares_loss | the squares without a sum
def least_squares_loss(y_train, y_predict):
    return (y_predict - y_train) ** 2

# %% wrong: least_squares_loss | every pair of target and prediction
def least_squares_loss(y_train, y_predict):
    return np.sum((y_predict[:, None] - y_train[None, :]) ** 2)

# %% wrong: least_squares_loss | works in place on the predictions
def least_squares_loss(y_train, y_predict):
    y_predict -= y_train
    return np.sum(y_predict**2)

# %% wrong: least_squares_loss | returns nothing
def least_squares_loss(y_train, y_predict):
    np.sum((y_predict - y_train) ** 2)

# %% wrong: least_squares_loss | the answers of the visible check
def least_squares_loss(y_train, y_predict):
    return 5.0 if len(y_train) == 3 else 9.38487389111789

# %% right: fit_by_hand | other joints, units in another order
def fit_by_hand():
    return np.array([0.36, 3.9, -2.5, -1.2]), np.array([[-0.8, 1.0], [0.3, -1.0], [-0.5, 1.0]])

# %% right: fit_by_hand | plain lists, with weights of one and slopes that do the work
def fit_by_hand():
    return [0.35, -1, -1, 1], [[0.72, -2.4], [-0.7975, 1.45], [-3.44, 4.3]]

# %% right: fit_by_hand | joints by hand, weights by least squares in the function
def fit_by_hand():
    x, y = datasets.training_data()
    theta = np.array([[0.3, -1.0], [-0.5, 1.0], [-0.75, 1.0]])
    hidden = np.maximum(0, theta[:, :1] + theta[:, 1:] * x)
    phi = np.linalg.lstsq(np.vstack([np.ones(20), hidden]).T, y, rcond=None)[0]
    return phi, theta

# %% wrong: fit_by_hand | the parameters of the start
def fit_by_hand():
    return np.array([-0.3, 2.0, -1.0, 7.0]), np.array([[0.3, -1.0], [-1.0, 2.0], [-0.5, 0.65]])

# %% wrong: fit_by_hand | theta before phi
def fit_by_hand():
    return np.array([[0.3, -1.0], [-0.55, 1.0], [-0.8, 1.0]]), np.array([0.35, -2.4, -1.45, 4.3])

# %% wrong: fit_by_hand | slope before offset
def fit_by_hand():
    return np.array([0.35, -2.4, -1.45, 4.3]), np.array([[-1.0, 0.3], [1.0, -0.55], [1.0, -0.8]])

# %% wrong: fit_by_hand | a horizontal line through the mean
def fit_by_hand():
    return np.array([0.19, 0.0, 0.0, 0.0]), np.zeros((3, 2))

# %% wrong: fit_by_hand | the offset of the output at the end
def fit_by_hand():
    return np.array([-2.4, -1.45, 4.3, 0.35]), np.array([[0.3, -1.0], [-0.55, 1.0], [-0.8, 1.0]])

# %% wrong: fit_by_hand | all ten in one array
def fit_by_hand():
    return np.array([0.35, -2.4, -1.45, 4.3, 0.3, -1.0, -0.55, 1.0, -0.8, 1.0])

# %% wrong: fit_by_hand | theta transposed
def fit_by_hand():
    return np.array([0.35, -2.4, -1.45, 4.3]), np.array([[0.3, -0.55, -0.8], [-1.0, 1.0, 1.0]])

# %% wrong: fit_by_hand | nearly there: the last rise is left out
def fit_by_hand():
    return np.array([0.35, -2.4, -0.3, 0.0]), np.array([[0.3, -1.0], [-0.55, 1.0], [-0.8, 1.0]])

# %% wrong: fit_by_hand | parameters that are not numbers
def fit_by_hand():
    return np.full(4, np.nan), np.full((3, 2), np.nan)

# %% right: shallow_2_1_3 | written out unit by unit
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre_1 = theta[0, 0] + theta[0, 1] * x1 + theta[0, 2] * x2
    pre_2 = theta[1, 0] + theta[1, 1] * x1 + theta[1, 2] * x2
    pre_3 = theta[2, 0] + theta[2, 1] * x1 + theta[2, 2] * x2
    act_1, act_2, act_3 = activation(pre_1), activation(pre_2), activation(pre_3)
    w_1, w_2, w_3 = phi[1] * act_1, phi[2] * act_2, phi[3] * act_3
    y = phi[0] + w_1 + w_2 + w_3
    return y, np.array([pre_1, pre_2, pre_3]), np.array([act_1, act_2, act_3]), np.array([w_1, w_2, w_3])

# %% right: shallow_2_1_3 | flattened, one matrix product, and shaped back
def shallow_2_1_3(x1, x2, activation, phi, theta):
    shape = x1.shape
    columns = np.stack([np.ones(x1.size), x1.ravel(), x2.ravel()])
    pre = theta @ columns
    act = activation(pre)
    weighted = phi[1:, None] * act
    y = phi[0] + np.sum(weighted, axis=0)
    return y.reshape(shape), pre.reshape(3, *shape), act.reshape(3, *shape), weighted.reshape(3, *shape)

# %% right: shallow_2_1_3 | tensordot and einsum
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.tensordot(theta, np.stack([np.ones_like(x1), x1, x2]), axes=1)
    act = activation(pre)
    weighted = np.einsum("d,d...->d...", phi[1:], act)
    return phi[0] + np.einsum("d...->...", weighted), pre, act, weighted

# %% wrong: shallow_2_1_3 | the two inputs swapped
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x2 + c * x1 for a, b, c in theta])
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | the product of the inputs
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x1 * c * x2 for a, b, c in theta])
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | the offset of the output forgotten
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x1 + c * x2 for a, b, c in theta])
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | always a ReLU, whatever is passed in
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x1 + c * x2 for a, b, c in theta])
    act = relu(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | grids only
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = theta[:, 0, None, None] + theta[:, 1, None, None] * x1 + theta[:, 2, None, None] * x2
    act = activation(pre)
    weighted = phi[1:, None, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | the axis of the units comes last
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = theta[:, 0] + x1[..., None] * theta[:, 1] + x2[..., None] * theta[:, 2]
    act = activation(pre)
    weighted = phi[1:] * act
    return phi[0] + weighted.sum(axis=-1), pre, act, weighted

# %% wrong: shallow_2_1_3 | the sum runs over everything
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x1 + c * x2 for a, b, c in theta])
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(), pre, act, weighted

# %% wrong: shallow_2_1_3 | results stay flat
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = theta @ np.stack([np.ones(x1.size), x1.ravel(), x2.ravel()])
    act = activation(pre)
    weighted = phi[1:, None] * act
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | slopes before the offset
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([c + a * x1 + b * x2 for a, b, c in theta])
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(axis=0), pre, act, weighted

# %% wrong: shallow_2_1_3 | adds x2 to x1 in place
def shallow_2_1_3(x1, x2, activation, phi, theta):
    pre = np.stack([a + b * x1 + c * x2 for a, b, c in theta])
    x1 += x2
    act = activation(pre)
    weighted = np.stack([w * h for w, h in zip(phi[1:], act)])
    return phi[0] + weighted.sum(axis=0), pre, act, weighted
