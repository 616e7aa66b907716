// The server's routes. Where it asks for a token the reader is asked, once for all calls that wait.

export class APIError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const key = "refrain-token";
let asking;

export async function call(method, path, body) {
  for (;;) {
    const token = sessionStorage.getItem(key);
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch {
      throw new APIError(0, "unreachable", "The server does not answer. Is refrain still running?");
    }
    if (response.status === 401) {
      const error = await problemOf(response);
      await ask(token ? "The server does not know this token." : "Type one that is in its tokens_file.", error);
      continue;
    }
    if (!response.ok) throw await problemOf(response);
    return response.headers.get("Content-Type")?.startsWith("application/json") ? response.json() : response.text();
  }
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);

/** A path with a query; members without a value are left out. */
export function query(path, members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

async function problemOf(response) {
  try {
    const { error } = await response.json();
    return new APIError(response.status, error.code, error.message);
  } catch {
    return new APIError(response.status, null, `The server answered with status ${response.status}.`);
  }
}

function ask(message, error) {
  asking ??= new Promise((resolve, reject) => {
    const dialog = document.getElementById("token");
    const form = dialog.querySelector("form");
    const input = form.elements.token;
    document.getElementById("token-message").textContent = message;
    input.value = "";
    const end = (token) => {
      form.onsubmit = dialog.onclose = null;
      dialog.close();
      asking = undefined;
      if (token) {
        sessionStorage.setItem(key, token);
        resolve();
      } else {
        reject(error);
      }
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      end(input.value.trim());
    };
    form.querySelector("[value=cancel]").onclick = () => end();
    dialog.onclose = () => end();
    dialog.showModal();
    input.focus();
  });
  return asking;
}
