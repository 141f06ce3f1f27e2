"""The nets as they play on a processor: graphs for ONNX Runtime, and NumPy. No torch.

`graph` writes a graph, `layers` its parts, `session` runs one; `pictures` and `music` are the nets
as graphs from a checkpoint's weights, `played` is what a show asks of them.
"""

import os

# Newer builds of ONNX Runtime, when they are loaded, keep a number for this machine in the user's
# cache folder and send their makers what they run on (seen with 1.32 on Linux). `session` would be
# too late to refuse that. Between releases the variable had another name.
for _refusal in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED"):
    os.environ[_refusal] = "1"
