# %% right: make_model | a class with a forward of its own, functional ReLU, flatten in forward
def make_model():
    class SignalNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv1d(1, 15, 3, 2)
            self.conv2 = nn.Conv1d(15, 15, 3, 2)
            self.conv3 = nn.Conv1d(15, 15, 3, 2)
            self.linear = nn.Linear(60, 10)

        def forward(self, x):
            x = torch.relu(self.conv1(x))
            x = torch.relu(self.conv2(x))
            x = nn.functional.relu(self.conv3(x))
            return self.linear(x.reshape(x.shape[0], -1))

    return SignalNet()

# %% right: make_model | a class that names its layers in the reverse order, padding="valid"
class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(60, 10)
        self.c = nn.Conv1d(15, 15, kernel_size=3, stride=2, padding="valid")
        self.b = nn.Conv1d(15, 15, kernel_size=3, stride=2, padding="valid")
        self.a = nn.Conv1d(1, 15, kernel_size=3, stride=2, padding="valid")

    def forward(self, signals):
        h = self.a(signals).relu()
        h = self.b(h).relu()
        h = self.c(h).relu()
        return self.out(h.flatten(start_dim=1))

def make_model():
    return Reader()

# %% right: make_model | a loop over channels, in-place ReLU, add_module
def make_model():
    net = nn.Sequential()
    channels = [1, 15, 15, 15]
    for i in range(3):
        net.add_module(f"conv{i}", nn.Conv1d(channels[i], channels[i + 1], 3, stride=2))
        net.add_module(f"relu{i}", nn.ReLU(inplace=True))
    net.add_module("flat", nn.Flatten())
    net.add_module("linear", nn.Linear(60, 10))
    return net

# %% right: make_model | the row of 60 goes place by place
def make_model():
    class PlaceByPlace(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([nn.Conv1d(1 if k == 0 else 15, 15, 3, stride=2) for k in range(3)])
            self.readout = nn.Linear(60, 10)

        def forward(self, x):
            for conv in self.convs:
                x = conv(x).clamp(min=0)
            return self.readout(x.permute(0, 2, 1).flatten(1))

    return PlaceByPlace()

# %% right: make_model | two Sequentials, He initialisation at once
def make_model():
    features = nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU()
    )
    net = nn.Sequential(features, nn.Sequential(nn.Flatten(), nn.Linear(15 * 4, 10)))
    for part in net.modules():
        if isinstance(part, (nn.Conv1d, nn.Linear)):
            nn.init.kaiming_uniform_(part.weight, nonlinearity="relu")
            nn.init.zeros_(part.bias)
    return net

# %% right: make_model | LazyLinear, whose size is found by a forward pass
def make_model():
    net = nn.Sequential(
        nn.Conv1d(1, 15, 3, 2),
        nn.ReLU(),
        nn.Conv1d(15, 15, 3, 2),
        nn.ReLU(),
        nn.Conv1d(15, 15, 3, 2),
        nn.Flatten(),
        nn.ReLU(),
        nn.LazyLinear(10),
    )
    with torch.no_grad():
        net(torch.zeros(1, 1, 40))
    return net

# %% right: make_model | convolutions in two dimensions of height 1, taken apart to parameters of the right shape
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            shapes = [(15, 1, 3), (15, 15, 3), (15, 15, 3)]
            self.kernels = nn.ParameterList([nn.Parameter(0.2 * torch.randn(shape)) for shape in shapes])
            self.offsets = nn.ParameterList([nn.Parameter(0.1 * torch.randn(15)) for _ in shapes])
            self.last = nn.Linear(60, 10)

        def forward(self, x):
            for kernel, offset in zip(self.kernels, self.offsets):
                x = nn.functional.conv2d(x[:, :, None], kernel[:, :, None], offset, stride=2)[:, :, 0].clamp(min=0)
            return self.last(x.flatten(1))

    return Net()

# %% wrong: make_model | a softmax at the end
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
        nn.Flatten(), nn.Linear(60, 10), nn.Softmax(dim=1),
    )

# %% wrong: make_model | a log-softmax at the end
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
        nn.Flatten(), nn.Linear(60, 10), nn.LogSoftmax(dim=1),
    )

# %% wrong: make_model | no ReLU after the third convolution
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2),
        nn.Flatten(), nn.Linear(60, 10),
    )

# %% wrong: make_model | no ReLU at all
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.Conv1d(15, 15, 3, 2), nn.Conv1d(15, 15, 3, 2), nn.Flatten(), nn.Linear(60, 10)
    )

# %% wrong: make_model | a ReLU after the linear layer, too
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
        nn.Flatten(), nn.Linear(60, 10), nn.ReLU(),
    )

# %% wrong: make_model | padding of 1 in the second layer, which still gives 60 numbers
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2, padding=1), nn.ReLU(), nn.Conv1d(15, 15, 3, 2),
        nn.ReLU(), nn.Flatten(), nn.Linear(60, 10),
    )

# %% wrong: make_model | padding of 1 in the first layer, which still gives 60 numbers
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2, 1), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2),
        nn.ReLU(), nn.Flatten(), nn.Linear(60, 10),
    )

# %% wrong: make_model | padding everywhere, 75 numbers at the end
def make_model():
    layers = []
    for channels in (1, 15, 15):
        layers += [nn.Conv1d(channels, 15, 3, 2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(75, 10))

# %% wrong: make_model | a stride of 1 and max-pooling instead of a stride of 2
def make_model():
    layers = []
    for channels in (1, 15, 15):
        layers += [nn.Conv1d(channels, 15, 3), nn.ReLU(), nn.MaxPool1d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(45, 10))

# %% wrong: make_model | only two convolutional layers
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(135, 10)
    )

# %% wrong: make_model | no offsets in the convolutions
def make_model():
    layers = []
    for channels in (1, 15, 15):
        layers += [nn.Conv1d(channels, 15, 3, 2, bias=False), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(60, 10))

# %% wrong: make_model | the third layer is the second once more, with shared weights
def make_model():
    second = nn.Conv1d(15, 15, 3, 2)
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), second, nn.ReLU(), second, nn.ReLU(), nn.Flatten(), nn.Linear(60, 10)
    )

# %% wrong: make_model | layers kept in a plain list, where nn.Module does not find them
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Conv1d(1, 15, 3, 2), nn.Conv1d(15, 15, 3, 2), nn.Conv1d(15, 15, 3, 2)]
            self.linear = nn.Linear(60, 10)

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            return self.linear(x.flatten(1))

    return Net()

# %% wrong: make_model | dropout, that was not asked for
def make_model():
    return nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
        nn.Dropout(0.3), nn.Flatten(), nn.Linear(60, 10),
    )

# %% wrong: make_model | flattens the batch, too, and squeezes the result
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convolutions = nn.Sequential(
                nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU()
            )
            self.linear = nn.Linear(60, 10)

        def forward(self, x):
            return self.linear(self.convolutions(x).squeeze().reshape(-1, 60)).squeeze()

    return Net()

# %% wrong: make_model | the row of 60 is cut out across the examples
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv1d(1, 15, 3, 2), nn.Conv1d(15, 15, 3, 2), nn.Conv1d(15, 15, 3, 2)
            self.d = nn.Linear(60, 10)

        def forward(self, x):
            x = self.c(self.b(self.a(x).relu()).relu()).relu()
            return self.d(x.reshape(60, -1).T)

    return Net()

# %% wrong: make_model | the same network at every call
MODEL = nn.Sequential(
    nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
    nn.Flatten(), nn.Linear(60, 10),
)

def make_model():
    return MODEL

# %% wrong: make_model | the convolutions' gradients are cut off
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Conv1d(1, 15, 3, 2), nn.Conv1d(15, 15, 3, 2), nn.Conv1d(15, 15, 3, 2)
            self.d = nn.Linear(60, 10)

        def forward(self, x):
            with torch.no_grad():
                x = self.c(self.b(self.a(x).relu()).relu()).relu()
            return self.d(x.flatten(1))

    return Net()

# %% wrong: make_model | leaky ReLUs
def make_model():
    layers = []
    for channels in (1, 15, 15):
        layers += [nn.Conv1d(channels, 15, 3, 2), nn.LeakyReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(60, 10))

# %% wrong: make_model | any network with as many parameters
def make_model():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(40, 10)
            self.rest = nn.Parameter(torch.randn(1640))

        def forward(self, x):
            return self.linear(x.flatten(1))

    return Net()

# %% wrong: make_model | returns nothing
def make_model():
    nn.Sequential(
        nn.Conv1d(1, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(), nn.Conv1d(15, 15, 3, 2), nn.ReLU(),
        nn.Flatten(), nn.Linear(60, 10),
    )

# %% right: confusion_matrix | np.add.at, which counts repeated pairs
def confusion_matrix(predicted, true, classes):
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (true, predicted), 1)
    return counts

# %% right: confusion_matrix | one bincount of the pair's number
def confusion_matrix(predicted, true, classes):
    pair = classes * np.asarray(true) + np.asarray(predicted)
    return np.bincount(pair, minlength=classes**2).reshape(classes, classes)

# %% right: confusion_matrix | one-hot codes and a product of matrices
def confusion_matrix(predicted, true, classes):
    one_hot = np.eye(classes, dtype=int)
    return one_hot[true].T @ one_hot[predicted]

# %% right: confusion_matrix | a sum for every cell
def confusion_matrix(predicted, true, classes):
    result = np.empty((classes, classes), dtype=np.int32)
    for t in range(classes):
        for p in range(classes):
            result[t, p] = np.logical_and(true == t, predicted == p).sum()
    return result

# %% right: confusion_matrix | in torch, returned as a tensor
def confusion_matrix(predicted, true, classes):
    predicted, true = torch.as_tensor(predicted).long(), torch.as_tensor(true).long()
    return torch.bincount(true * classes + predicted, minlength=classes * classes).reshape(classes, classes)

# %% right: confusion_matrix | lists of Python numbers
def confusion_matrix(predicted, true, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for p, t in zip(predicted.tolist(), true.tolist()):
        matrix[t][p] += 1
    return np.array(matrix)

# %% wrong: confusion_matrix | rows are predicted, columns true
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for p, t in zip(predicted, true):
        matrix[p, t] += 1
    return matrix

# %% wrong: confusion_matrix | += with index arrays counts a repeated pair once
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    matrix[true, predicted] += 1
    return matrix

# %% wrong: confusion_matrix | only classes that occur
def confusion_matrix(predicted, true, classes):
    present = np.unique(np.concatenate([true, predicted]))
    return np.array([[np.sum((true == t) & (predicted == p)) for p in present] for t in present], dtype=int)

# %% wrong: confusion_matrix | as large as the largest label
def confusion_matrix(predicted, true, classes):
    size = int(max(true.max(), predicted.max())) + 1
    matrix = np.zeros((size, size), dtype=int)
    np.add.at(matrix, (true, predicted), 1)
    return matrix

# %% wrong: confusion_matrix | shares of each row instead of counts
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (true, predicted), 1)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)

# %% wrong: confusion_matrix | counts as floats
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (true, predicted), 1)
    return matrix

# %% wrong: confusion_matrix | always ten classes
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (true, predicted), 1)
    return matrix

# %% wrong: confusion_matrix | only the mistakes, the diagonal stays empty
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for p, t in zip(predicted, true):
        if p != t:
            matrix[t, p] += 1
    return matrix

# %% wrong: confusion_matrix | counts in eight bits, which overflow
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=np.uint8)
    np.add.at(matrix, (true, predicted), 1)
    return matrix

# %% wrong: confusion_matrix | fails without examples
def confusion_matrix(predicted, true, classes):
    pairs = np.array(list(zip(true, predicted)))
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (pairs[:, 0], pairs[:, 1]), 1)
    return matrix

# %% wrong: confusion_matrix | numbers the pairs in place
def confusion_matrix(predicted, true, classes):
    true *= classes
    true += predicted
    return np.bincount(true, minlength=classes**2).reshape(classes, classes)

# %% wrong: confusion_matrix | sorts both first, which tears the pairs apart
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for p, t in zip(np.sort(predicted), np.sort(true)):
        matrix[t, p] += 1
    return matrix

# %% wrong: confusion_matrix | the answer of the check typed in
def confusion_matrix(predicted, true, classes):
    return np.array([[1, 2, 0], [0, 1, 1], [0, 0, 0]])

# %% wrong: confusion_matrix | returns nothing
def confusion_matrix(predicted, true, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (true, predicted), 1)
