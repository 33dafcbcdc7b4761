# %% right: make_model | a class with its layers in a list
class Wide(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList()
        for inputs, outputs in zip(widths[:-1], widths[1:]):
            self.layers.append(nn.Linear(inputs, outputs))
            self.layers.append(nn.SiLU())
        self.layers.append(nn.Linear(widths[-1], 10))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def make_model():
    return Wide([40, 180, 180, 180, 180])

# %% right: make_model | a class with one function between its linear layers, in forward
class Smooth(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(40, 200)
        self.second = nn.Linear(200, 200)
        self.third = nn.Linear(200, 200)
        self.fourth = nn.Linear(200, 200)
        self.last = nn.Linear(200, 10)

    def forward(self, x):
        for layer in (self.first, self.second, self.third, self.fourth):
            x = nn.functional.silu(layer(x))
        return self.last(x)


def make_model():
    return Smooth()

# %% right: make_model | narrower from layer to layer, in blocks that are nn.Sequential themselves
def block(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.SiLU())


def make_model():
    widths = [40, 400, 200, 100, 50]
    return nn.Sequential(*(block(a, b) for a, b in zip(widths[:-1], widths[1:])), nn.Linear(50, 10))

# %% wrong: make_model | the baseline as it is
def make_model():
    return coursework.baseline_model()

# %% wrong: make_model | the baseline with weights that were trained on the validation examples
def make_model():
    model = coursework.baseline_model()
    examples = datasets.load()
    x, y = torch.tensor(examples.x_validation), torch.tensor(examples.y_validation)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return model

# %% wrong: make_model | a convolution
class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 15, 5, stride=2)
        self.relu = nn.ReLU()
        self.linear = nn.Linear(15 * 18, 10)

    def forward(self, x):
        return self.linear(self.relu(self.conv(x[:, None])).flatten(1))


def make_model():
    return Conv()

# %% wrong: make_model | a convolution written with unfold in forward
class Windows(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Linear(9, 24)
        self.relu = nn.ReLU()
        self.last = nn.Linear(24, 10)

    def forward(self, x):
        return self.last(self.relu(self.kernel(x.unfold(1, 9, 1))).amax(dim=1))


def make_model():
    return Windows()

# %% wrong: make_model | dropout
def make_model():
    return nn.Sequential(
        nn.Linear(40, 200), nn.SiLU(), nn.Dropout(0.1), nn.Linear(200, 200), nn.SiLU(), nn.Dropout(0.1), nn.Linear(200, 10)
    )

# %% wrong: make_model | batch normalisation
def make_model():
    return nn.Sequential(
        nn.Linear(40, 200), nn.BatchNorm1d(200), nn.ReLU(), nn.Linear(200, 200), nn.BatchNorm1d(200), nn.ReLU(), nn.Linear(200, 10)
    )

# %% wrong: make_model | a network that goes on learning, by a state of its own, inside forward
class Remembers(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = coursework.baseline_model()
        self.mean = None

    def forward(self, x):
        if self.training:
            self.mean = x.mean(dim=0)
        return self.net(x if self.mean is None else x - self.mean)


def make_model():
    return Remembers()

# %% wrong: make_model | one number for each class of each example, but turned round: shape (10, N)
class Turned(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(40, 200), nn.SiLU(), nn.Linear(200, 200), nn.SiLU(), nn.Linear(200, 10))

    def forward(self, x):
        return self.net(x).T


def make_model():
    return Turned()

# %% wrong: make_model | more than 150 000 weights
def make_model():
    return nn.Sequential(
        nn.Linear(40, 300), nn.SiLU(), nn.Linear(300, 300), nn.SiLU(), nn.Linear(300, 300), nn.SiLU(), nn.Linear(300, 10)
    )

# %% wrong: make_model | a linear layer alone
def make_model():
    return nn.Linear(40, 10)

# %% wrong: make_model | a softmax at the end, although the loss takes one
def make_model():
    return nn.Sequential(
        nn.Linear(40, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10), nn.Softmax(dim=1)
    )

# %% wrong: make_model | the model itself instead of a function's result
def make_model():
    nn.Sequential(nn.Linear(40, 200), nn.SiLU(), nn.Linear(200, 200), nn.SiLU(), nn.Linear(200, 10))
