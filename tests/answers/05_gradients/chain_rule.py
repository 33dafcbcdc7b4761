# %% right: forward_pass | a loop over the four functions
def forward_pass(x, beta, omega):
    values = {}
    h = x
    for k, function in enumerate([np.sin, np.exp, np.cos, np.log]):
        f = beta[k] + omega[k] * h
        h = function(f)
        values[f"f{k}"] = f
        values[f"h{k + 1}"] = h
    values["y"] = beta[4] + omega[4] * h
    return values

# %% right: forward_pass | names first, then a dict, with the math module
def forward_pass(x, beta, omega):
    import math

    b0, b1, b2, b3, b4 = beta
    w0, w1, w2, w3, w4 = omega
    f0 = b0 + w0 * x
    h1 = math.sin(f0)
    f1 = b1 + w1 * h1
    h2 = math.exp(f1)
    f2 = b2 + w2 * h2
    h3 = math.cos(f2)
    f3 = b3 + w3 * h3
    h4 = math.log(f3)
    return dict(f0=f0, h1=h1, f1=f1, h2=h2, f2=f2, h3=h3, f3=f3, h4=h4, y=b4 + w4 * h4)

# %% right: forward_pass | arrays filled from left to right, with x in the dict too
def forward_pass(x, beta, omega):
    f, h = np.zeros(5), np.zeros(5)
    h[0] = x
    functions = (np.sin, np.exp, np.cos, np.log)
    for k in range(5):
        f[k] = h[k] * omega[k] + beta[k]
        if k < 4:
            h[k + 1] = functions[k](f[k])
    values = {"x": x}
    for k in range(4):
        values["f" + str(k)] = f[k]
        values["h" + str(k + 1)] = h[k + 1]
    values["y"] = f[4]
    return values

# %% wrong: forward_pass | reads the notebook's own point instead of the arguments
def forward_pass(x_, beta_, omega_):
    data = datasets.chain_rule()
    return _chain(data.x, data.beta, data.omega)


def _chain(x, beta, omega):
    f0 = beta[0] + omega[0] * x
    h1 = np.sin(f0)
    f1 = beta[1] + omega[1] * h1
    h2 = np.exp(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.cos(f2)
    f3 = beta[3] + omega[3] * h3
    h4 = np.log(f3)
    return {"f0": f0, "h1": h1, "f1": f1, "h2": h2, "f2": f2, "h3": h3, "f3": f3, "h4": h4, "y": beta[4] + omega[4] * h4}

# %% wrong: forward_pass | sine and cosine swapped
def forward_pass(x, beta, omega):
    v = {}
    v["f0"] = beta[0] + omega[0] * x
    v["h1"] = np.cos(v["f0"])
    v["f1"] = beta[1] + omega[1] * v["h1"]
    v["h2"] = np.exp(v["f1"])
    v["f2"] = beta[2] + omega[2] * v["h2"]
    v["h3"] = np.sin(v["f2"])
    v["f3"] = beta[3] + omega[3] * v["h3"]
    v["h4"] = np.log(v["f3"])
    v["y"] = beta[4] + omega[4] * v["h4"]
    return v

# %% wrong: forward_pass | index off by one in the third line
def forward_pass(x, beta, omega):
    v = {}
    v["f0"] = beta[0] + omega[0] * x
    v["h1"] = np.sin(v["f0"])
    v["f1"] = beta[1] + omega[1] * v["h1"]
    v["h2"] = np.exp(v["f1"])
    v["f2"] = beta[2] + omega[1] * v["h2"]
    v["h3"] = np.cos(v["f2"])
    v["f3"] = beta[3] + omega[3] * v["h3"]
    v["h4"] = np.log(v["f3"])
    v["y"] = beta[4] + omega[4] * v["h4"]
    return v

# %% wrong: forward_pass | logarithm to the base 10
def forward_pass(x, beta, omega):
    v = {}
    v["f0"] = beta[0] + omega[0] * x
    v["h1"] = np.sin(v["f0"])
    v["f1"] = beta[1] + omega[1] * v["h1"]
    v["h2"] = np.exp(v["f1"])
    v["f2"] = beta[2] + omega[2] * v["h2"]
    v["h3"] = np.cos(v["f2"])
    v["f3"] = beta[3] + omega[3] * v["h3"]
    v["h4"] = np.log10(v["f3"])
    v["y"] = beta[4] + omega[4] * v["h4"]
    return v

# %% wrong: forward_pass | offsets and factors swapped
def forward_pass(x, beta, omega):
    values = {}
    h = x
    for k, function in enumerate([np.sin, np.exp, np.cos, np.log]):
        values[f"f{k}"] = omega[k] + beta[k] * h
        h = values[f"h{k + 1}"] = function(values[f"f{k}"])
    values["y"] = omega[4] + beta[4] * h
    return values

# %% wrong: forward_pass | multiplies omega in place
def forward_pass(x, beta, omega):
    values = {}
    h = x
    for k, function in enumerate([np.sin, np.exp, np.cos, np.log]):
        omega[k] *= h
        values[f"f{k}"] = beta[k] + omega[k]
        h = values[f"h{k + 1}"] = function(values[f"f{k}"])
    values["y"] = beta[4] + omega[4] * h
    return values

# %% wrong: forward_pass | returns only the output
def forward_pass(x, beta, omega):
    h = x
    for k, function in enumerate([np.sin, np.exp, np.cos, np.log]):
        h = function(beta[k] + omega[k] * h)
    return beta[4] + omega[4] * h

# %% wrong: forward_pass | the values of the visible check
def forward_pass(x, beta, omega):
    return {
        "f0": 1.23,
        "h1": 0.9424888019316975,
        "f1": 1.623004479227321,
        "h2": 5.068295051170775,
        "f2": 7.13659010234155,
        "h3": 0.6574213694719748,
        "f3": 2.3722641084159246,
        "h4": 0.8638448191260133,
        "y": -0.7319224095630066,
    }

# %% wrong: forward_pass | whole numbers stay whole (arrays of the type of beta)
def forward_pass(x, beta, omega):
    f, h = np.zeros_like(beta), np.zeros_like(beta)
    h[0] = x
    functions = (np.sin, np.exp, np.cos, np.log)
    for k in range(5):
        f[k] = h[k] * omega[k] + beta[k]
        if k < 4:
            h[k + 1] = functions[k](f[k])
    values = {}
    for k in range(4):
        values[f"f{k}"] = f[k]
        values[f"h{k + 1}"] = h[k + 1]
    values["y"] = f[4]
    return values

# %% wrong: forward_pass | returns nothing
def forward_pass(x, beta, omega):
    values = {}
    h = x
    for k, function in enumerate([np.sin, np.exp, np.cos, np.log]):
        values[f"f{k}"] = beta[k] + omega[k] * h
        h = values[f"h{k + 1}"] = function(values[f"f{k}"])
    values["y"] = beta[4] + omega[4] * h

# %% right: backward_pass | the stored h2 instead of the exponential, sin and cos from the stored f
def backward_pass(omega, values):
    dh4 = omega[4]
    df3 = dh4 / values["f3"]
    dh3 = df3 * omega[3]
    df2 = -dh3 * np.sin(values["f2"])
    dh2 = df2 * omega[2]
    df1 = dh2 * values["h2"]
    dh1 = df1 * omega[1]
    df0 = dh1 * np.cos(values["f0"])
    return {"h4": dh4, "f3": df3, "h3": dh3, "f2": df2, "h2": dh2, "f1": df1, "h1": dh1, "f0": df0}

# %% right: backward_pass | a loop from the right with a list of slopes
def backward_pass(omega, values):
    slopes = [np.cos(values["f0"]), np.exp(values["f1"]), -np.sin(values["f2"]), 1 / values["f3"]]
    gradients = {}
    gradient = 1.0
    for k in reversed(range(4)):
        gradient = gradient * omega[k + 1]
        gradients[f"h{k + 1}"] = gradient
        gradient = gradient * slopes[k]
        gradients[f"f{k}"] = gradient
    return gradients

# %% right: backward_pass | every derivative as a product of its own, without reuse
def backward_pass(omega, values):
    a, b, c, d = 1 / np.exp(values["h4"]), -np.sin(values["f2"]), np.exp(values["f1"]), np.cos(values["f0"])
    w = omega
    return {
        "y": 1.0,
        "h4": w[4],
        "f3": w[4] * a,
        "h3": w[4] * a * w[3],
        "f2": w[4] * a * w[3] * b,
        "h2": w[4] * a * w[3] * b * w[2],
        "f1": w[4] * a * w[3] * b * w[2] * c,
        "h1": w[4] * a * w[3] * b * w[2] * c * w[1],
        "f0": w[4] * a * w[3] * b * w[2] * c * w[1] * d,
    }

# %% wrong: backward_pass | the sign of the derivative of the cosine
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    dy["f0"] = np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | a minus sign before the derivative of the sine
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = -np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    dy["f0"] = -np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | the slope of the cosine taken at h3
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = -np.sin(values["h3"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    dy["f0"] = np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | the derivative of the logarithm taken at h4
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["h4"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = -np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = values["h2"] * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    dy["f0"] = np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | local derivatives only, never multiplied with what is to the right
def backward_pass(omega, values):
    return {
        "h4": omega[4],
        "f3": 1 / values["f3"],
        "h3": omega[3],
        "f2": -np.sin(values["f2"]),
        "h2": omega[2],
        "f1": np.exp(values["f1"]),
        "h1": omega[1],
        "f0": np.cos(values["f0"]),
    }

# %% wrong: backward_pass | factors off by one
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[2] * dy["f3"]
    dy["f2"] = -np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[1] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[0] * dy["f1"]
    dy["f0"] = np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | the last factor stays that of the notebook
def backward_pass(omega, values):
    dy = {"h4": -0.5}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = -np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    dy["f0"] = np.cos(values["f0"]) * dy["h1"]
    return dy

# %% wrong: backward_pass | overwrites the values with the derivatives
def backward_pass(omega, values):
    values["h4"] = omega[4]
    values["f3"] = 1 / values["f3"] * values["h4"]
    values["h3"] = omega[3] * values["f3"]
    values["f2"] = -np.sin(values["f2"]) * values["h3"]
    values["h2"] = omega[2] * values["f2"]
    values["f1"] = np.exp(values["f1"]) * values["h2"]
    values["h1"] = omega[1] * values["f1"]
    values["f0"] = np.cos(values["f0"]) * values["h1"]
    return values

# %% wrong: backward_pass | forgets f0
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]
    dy["h3"] = omega[3] * dy["f3"]
    dy["f2"] = -np.sin(values["f2"]) * dy["h3"]
    dy["h2"] = omega[2] * dy["f2"]
    dy["f1"] = np.exp(values["f1"]) * dy["h2"]
    dy["h1"] = omega[1] * dy["f1"]
    return dy

# %% wrong: backward_pass | returns nothing
def backward_pass(omega, values):
    dy = {"h4": omega[4]}
    dy["f3"] = 1 / values["f3"] * dy["h4"]

# %% right: parameter_gradients | a loop that fills arrays
def parameter_gradients(x, values, gradients):
    d_beta, d_omega = np.zeros(5), np.zeros(5)
    for k in range(5):
        after = gradients[f"f{k}"] if k < 4 else 1.0
        before = values[f"h{k}"] if k > 0 else x
        d_beta[k] = after
        d_omega[k] = after * before
    return d_beta, d_omega

# %% right: parameter_gradients | plain lists, each entry written out
def parameter_gradients(x, values, gradients):
    d_beta = [gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1]
    d_omega = [
        gradients["f0"] * x,
        gradients["f1"] * values["h1"],
        gradients["f2"] * values["h2"],
        gradients["f3"] * values["h3"],
        values["h4"],
    ]
    return d_beta, d_omega

# %% right: parameter_gradients | both as the rows of one array
def parameter_gradients(x, values, gradients):
    incoming = np.r_[x, [values[f"h{k}"] for k in range(1, 5)]]
    slopes = np.append([gradients[f"f{k}"] for k in range(4)], 1.0)
    return np.vstack([np.ones(5), incoming]) * slopes

# %% wrong: parameter_gradients | the input is left out of the first weight
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1.0])
    h = np.array([1.0, values["h1"], values["h2"], values["h3"], values["h4"]])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | f instead of h goes into the weights
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1.0])
    h = np.array([x, values["f0"], values["f1"], values["f2"], values["f3"]])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | derivatives with respect to h instead of f
def parameter_gradients(x, values, gradients):
    dy_dh = np.array([gradients["h1"], gradients["h2"], gradients["h3"], gradients["h4"], 1.0])
    h = np.array([x, values["h1"], values["h2"], values["h3"], values["h4"]])
    return dy_dh, h * dy_dh

# %% wrong: parameter_gradients | the last offset has the derivative y
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], values["y"]])
    h = np.array([x, values["h1"], values["h2"], values["h3"], values["h4"]])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | the last layer left out
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"]])
    h = np.array([x, values["h1"], values["h2"], values["h3"]])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | the two results in the other order
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1.0])
    h = np.array([x, values["h1"], values["h2"], values["h3"], values["h4"]])
    return h * dy_df, dy_df

# %% wrong: parameter_gradients | from the output back to the input
def parameter_gradients(x, values, gradients):
    dy_df = np.array([1.0, gradients["f3"], gradients["f2"], gradients["f1"], gradients["f0"]])
    h = np.array([values["h4"], values["h3"], values["h2"], values["h1"], x])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | the notebook's input instead of the argument
def parameter_gradients(x_, values, gradients):
    x = 2.3
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1.0])
    h = np.array([x, values["h1"], values["h2"], values["h3"], values["h4"]])
    return dy_df, h * dy_df

# %% wrong: parameter_gradients | puts h0 into the caller's dict
def parameter_gradients(x, values, gradients):
    values["h0"] = x
    gradients["f4"] = 1.0
    dy_df = np.array([gradients[f"f{k}"] for k in range(5)])
    return dy_df, np.array([values[f"h{k}"] for k in range(5)]) * dy_df

# %% wrong: parameter_gradients | returns one of the two only
def parameter_gradients(x, values, gradients):
    dy_df = np.array([gradients["f0"], gradients["f1"], gradients["f2"], gradients["f3"], 1.0])
    return dy_df * np.array([x, values["h1"], values["h2"], values["h3"], values["h4"]])
