# %% right: initializer_ | layer by layer, with torch.nn.init
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for layer in (model.in_hid, model.hid_out):
        std = gamma / np.sqrt(layer.in_features + layer.out_features)
        torch.nn.init.normal_(layer.weight, mean=0, std=std)

# %% right: initializer_ | standard normal numbers, scaled, copied into .data
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for p in model.parameters():
        p.data.copy_(torch.randn_like(p.data) * gamma / sum(p.shape) ** 0.5)

# %% right: initializer_ | a new tensor as the data of the same parameter, and the model returned
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for name, p in model.named_parameters():
        n_out, n_in = p.shape
        sigma = gamma / np.sqrt(n_in + n_out)
        p.data = torch.normal(0.0, float(sigma), size=(n_out, n_in), device=p.device)
    return model

# %% right: initializer_ | slice assignment without a graph, numbers from NumPy
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    rng = np.random.default_rng()
    with torch.no_grad():
        for p in model.parameters():
            p[:] = torch.tensor(rng.normal(0, gamma / np.sqrt(p.size(0) + p.size(1)), size=tuple(p.shape)))

# %% wrong: initializer_ | the variance in place of the standard deviation
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(0, gamma**2 / sum(p.shape))

# %% wrong: initializer_ | no square root
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(0, gamma / sum(p.shape))

# %% wrong: initializer_ | twice the inputs, right for square layers alone
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(0, gamma / np.sqrt(2 * p.shape[1]))

# %% wrong: initializer_ | only the first layer
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        model.in_hid.weight.normal_(0, gamma / np.sqrt(sum(model.in_hid.weight.shape)))

# %% wrong: initializer_ | uniform with that standard deviation (Xavier)
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for p in model.parameters():
        torch.nn.init.xavier_uniform_(p, gain=gamma / np.sqrt(2))

# %% wrong: initializer_ | Xavier's normal, larger by the square root of two
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for p in model.parameters():
        torch.nn.init.xavier_normal_(p, gain=gamma)

# %% wrong: initializer_ | new parameters in place of the old
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for layer in (model.in_hid, model.hid_out):
        w = torch.randn(layer.weight.shape) * gamma / np.sqrt(sum(layer.weight.shape))
        layer.weight = torch.nn.Parameter(w)

# %% wrong: initializer_ | the argument gamma is ignored
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(0, 1 / np.sqrt(sum(p.shape)))

# %% wrong: initializer_ | scaled from what was there
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(gamma / np.sqrt(sum(p.shape)) / p.std())

# %% wrong: initializer_ | changes a copy
from course.models.deep_linear import LNNet


def initializer_(model, gamma=1e-12):
    for p in model.parameters():
        p = p.detach().clone().normal_(0, gamma / np.sqrt(sum(p.shape)))

# %% right: net_svd | product of the weights, and its graph left on
def net_svd(model, in_dim):
    U, S, Vh = torch.linalg.svd(model.hid_out.weight @ model.in_hid.weight, full_matrices=False)
    return U, S, Vh.mT

# %% right: net_svd | QR first, then the small matrix
def net_svd(model, in_dim):
    with torch.no_grad():
        W = model.hid_out.weight @ model.in_hid.weight
        if W.shape[0] < W.shape[1]:
            V, R = torch.linalg.qr(W.T)
            V_R, S, Uh = torch.linalg.svd(R, full_matrices=False)
            return Uh.T, S, V @ V_R
        Q, R = torch.linalg.qr(W)
        U_R, S, Vh = torch.linalg.svd(R)
        return Q @ U_R, S, Vh.T

# %% right: net_svd | NumPy, in double precision, with all signs flipped
def net_svd(model, in_dim):
    W = model(torch.eye(in_dim, device=model.in_hid.weight.device))[0].detach().cpu().numpy().T
    U, S, Vh = np.linalg.svd(W.astype(float), full_matrices=False)
    return torch.tensor(-U), torch.tensor(S), torch.tensor(-Vh.T)

# %% right: net_svd | the SVD of the transpose, with the sides exchanged
def net_svd(model, in_dim):
    rows = model(torch.eye(in_dim, device=model.in_hid.weight.device))[0].detach()
    V, S, Uh = torch.linalg.svd(rows, full_matrices=False)
    return Uh.T, S, V

# %% wrong: net_svd | V transposed
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    return torch.linalg.svd(W, full_matrices=False)

# %% wrong: net_svd | full matrices
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    U, S, Vh = torch.linalg.svd(W)
    return U, S, Vh.T

# %% wrong: net_svd | the transpose of W
def net_svd(model, in_dim):
    W = model(torch.eye(in_dim))[0].detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U, S, Vh.T

# %% wrong: net_svd | only the second layer
def net_svd(model, in_dim):
    W = model.hid_out.weight.detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U[:, :in_dim], S[:in_dim], Vh.T[:in_dim]

# %% wrong: net_svd | eigenvalues of the small matrix without the root
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U, S**2, Vh.T

# %% wrong: net_svd | S as a matrix
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U, torch.diag(S), Vh.T

# %% wrong: net_svd | increasing order
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U.flip(1), S.flip(0), Vh.T.flip(1)

# %% wrong: net_svd | the sign of U alone flipped
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return -U, S, Vh.T

# %% wrong: net_svd | returns nothing
def net_svd(model, in_dim):
    W = (model.hid_out.weight @ model.in_hid.weight).detach()
    torch.linalg.svd(W, full_matrices=False)

# %% wrong: net_svd | the weights scaled in place on the way
def net_svd(model, in_dim):
    with torch.no_grad():
        model.in_hid.weight /= model.in_hid.weight.norm()
        W = model.hid_out.weight @ model.in_hid.weight
        U, S, Vh = torch.linalg.svd(W, full_matrices=False)
    return U, S, Vh.T

# %% right: train | loss of torch.nn, model.zero_grad, records as arrays
def train(model, inputs, targets, n_epochs, lr):
    criterion, optimizer = torch.nn.MSELoss(), torch.optim.SGD(model.parameters(), lr)
    losses, modes, hidden, last = [], [], [], []
    for _ in range(n_epochs):
        model.zero_grad()
        out, hid = model(inputs)
        loss = criterion(out, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        modes.append(net_svd(model, inputs.shape[-1])[1].detach().cpu().numpy())
        hidden.append(hid.detach().cpu().numpy())
        last.append(out.detach().cpu().numpy()[:, -1])
    return {
        "losses": np.array(losses),
        "modes": np.array(modes),
        "hidden": np.array(hidden),
        "predictions_last": np.array(last),
    }

# %% right: train | gradients by autograd.grad, steps by hand, arrays filled in
def train(model, inputs, targets, n_epochs, lr):
    n, d = inputs.shape
    losses, modes = torch.zeros(n_epochs), torch.zeros(n_epochs, d)
    hidden, last = torch.zeros(n_epochs, n, model.in_hid.out_features), torch.zeros(n_epochs, n)
    for e in range(n_epochs):
        out, hid = model(inputs)
        loss = ((targets - out) ** 2).sum() / targets.numel()
        weights = list(model.parameters())
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            losses[e], hidden[e], last[e] = loss, hid, out[:, -1]
            for w, g in zip(weights, gradients):
                w -= lr * g
            modes[e] = net_svd(model, d)[1]
    return {"predictions_last": last, "hidden": hidden, "modes": modes, "losses": losses}

# %% right: train | no graph at all: the gradients written out
def train(model, inputs, targets, n_epochs, lr):
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    W1, W2 = model.in_hid.weight, model.hid_out.weight
    with torch.no_grad():
        for _ in range(n_epochs):
            hid = inputs @ W1.T
            miss = hid @ W2.T - targets
            record["losses"].append((miss**2).mean())
            record["hidden"].append(hid)
            record["predictions_last"].append((miss + targets)[:, -1])
            step = 2 * lr / miss.numel()
            change_1, change_2 = step * (miss @ W2).T @ inputs, step * miss.T @ hid
            W1 -= change_1
            W2 -= change_2
            record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% right: train | without net_svd
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    rows = []
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.nn.functional.mse_loss(out, targets)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        S = torch.linalg.svdvals((model.hid_out.weight @ model.in_hid.weight).detach())
        rows.append((loss.detach(), S, hid.detach(), out.detach()[:, -1].clone()))
    return dict(zip(("losses", "modes", "hidden", "predictions_last"), map(torch.stack, zip(*rows))))

# %% wrong: train | sum of squares
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.sum((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | gradients pile up
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | modes before the step
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | everything after the step
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        optimizer.zero_grad()
        torch.mean((model(inputs)[0] - targets) ** 2).backward()
        optimizer.step()
        out, hid = model(inputs)
        record["losses"].append(torch.mean((out - targets) ** 2).detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | the last example in place of the last feature
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[-1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | Adam
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | the number of examples as the number of inputs
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, len(inputs))[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | the weights themselves as hidden activations, the same tensor in every epoch
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(model.in_hid.weight.detach().T)
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | trains a copy of the model
def train(model, inputs, targets, n_epochs, lr):
    import copy

    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    record = {"losses": [], "modes": [], "hidden": [], "predictions_last": []}
    for _ in range(n_epochs):
        out, hid = model(inputs)
        loss = torch.mean((out - targets) ** 2)
        record["losses"].append(loss.detach())
        record["hidden"].append(hid.detach())
        record["predictions_last"].append(out[:, -1].detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record["modes"].append(net_svd(model, inputs.shape[1])[1])
    return {name: torch.stack(values) for name, values in record.items()}

# %% wrong: train | returns the loss alone
def train(model, inputs, targets, n_epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(n_epochs):
        loss = torch.mean((model(inputs)[0] - targets) ** 2)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses
