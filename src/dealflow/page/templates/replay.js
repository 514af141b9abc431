"use strict";
// One state: a stop on each clock, a record, a part of the page, and whether the clocks move together.
// It stands in the address; everything that is to be seen follows from it.
(async () => {
  const $ = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const packed = Uint8Array.from(atob($("island").textContent), (letter) => letter.charCodeAt(0));
  const told = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const { happened, known, values, tracks, marks } = told;
  const last = { t: happened.length - 1, k: known.length - 1 };
  const root = document.documentElement;

  const place = new Map(marks.map(([record], at) => [record, at]));
  const recordOf = (link) => Number(link.hash.slice(3));
  const turns = all("#turning .turns > li > p:first-child > a").map((link) => place.get(recordOf(link)));

  // Stops

  const moment = (stop) => stop[2] ?? stop[0];
  const named = (stop) => (stop[3] ? `${stop[0]} ${stop[3]}` : stop[0]);
  const nearest = (stops, x) => stops.reduce((best, stop, at) => (Math.abs(stop[1] - x) <= Math.abs(stops[best][1] - x) ? at : best), 0);
  const onDay = (stops, day) => Math.max(stops.findLastIndex((stop) => stop[0] <= day), 0);
  const stopAt = (stops, text) => {
    const exact = stops.findIndex((stop) => moment(stop) === text);
    return exact < 0 ? onDay(stops, text.slice(0, 10)) : exact;
  };
  const knownBy = (t) => told.knownBy[t];

  // State

  let state;
  const hash = () => {
    const parts = new URLSearchParams({ h: moment(happened[state.t]), k: moment(known[state.k]) });
    if (state.record !== null) parts.set("r", marks[state.record][0]);
    if (state.view) parts.set("v", state.view);
    if (!state.linked) parts.set("linked", "0");
    return "#" + parts;
  };
  const read = () => {
    const text = location.hash.slice(1);
    const parts = new URLSearchParams(text);
    const record = place.get(Number(parts.get("r") ?? (text.match(/^r-(\d+)$/) ?? [])[1]));
    const t = parts.has("h") ? stopAt(happened, parts.get("h")) : record === undefined ? last.t : marks[record][1];
    state = {
      t,
      k: parts.has("k") ? stopAt(known, parts.get("k")) : last.k,
      record: record ?? null,
      view: parts.get("v") ?? ($(text) ? text : null),
      linked: parts.get("linked") !== "0",
    };
  };
  const change = (some, { keep = false } = {}) => {
    const moved = { ...state, ...some };
    if (moved.linked && (moved.t !== state.t || some.linked)) moved.k = knownBy(moved.t);
    if (moved.linked && "k" in some && !("t" in some)) moved.linked = false;
    state = moved;
    if (keep) history.replaceState(null, "", hash());
    else if (hash() !== location.hash) history.pushState(null, "", hash());
    show();
  };

  // What is to be seen

  const holds = ([, t0, t1, k0, k1], t, k) => t0 <= t && t <= t1 && k0 <= k && k <= k1;
  const at = (key, t = state.t, k = state.k) => {
    const found = (tracks[key]?.[1] ?? []).find((area) => holds(area, t, k));
    return found ? values[found[0]] : null;
  };
  const layers = all("[data-k]").map((node) => [node, ...node.dataset.k.split(" ").map(Number)]);
  const placed = all("[data-at]").map((node) => [node, node.dataset.at.split(" ").map((area) => [0, ...area.split(",").map(Number)])]);
  const hide = (node, hidden) => node.toggleAttribute("hidden", hidden);

  const showPictures = () => {
    for (const [node, since, until] of layers) hide(node, state.k < since || until < state.k);
    for (const [node, areas] of placed) hide(node, !areas.some((area) => holds(area, state.t, state.k)));
    for (const node of all("[data-ghost]")) {
      const ghost = !at(node.dataset.ghost) && at(node.dataset.ghost, state.t, last.k);
      hide(node, !ghost);
    }
    for (const node of all("[data-any]")) hide(node, !at(node.dataset.any) && !at(node.dataset.any, state.t, last.k));
  };

  const showValues = () => {
    for (const node of all("[data-now]")) {
      const value = at(node.dataset.now);
      const several = "titled" in node.dataset || node.parentNode.querySelectorAll("[data-now]").length > 1;
      node.value = value ? JSON.stringify(value[1]) : "null";
      if ("named" in node.dataset) continue;
      node.textContent = value ? (several ? `${tracks[node.dataset.now][0]}: ${value[0]}` : value[0]) : "";
    }
    for (const row of all("[data-seat]")) {
      const value = at(row.dataset.seat);
      row.classList.toggle("absent", !value);
      const why = at(row.dataset.seat, state.t, last.k) ? "not known yet" : "not there yet";
      [...row.querySelectorAll("[data-field]")].forEach((cell, number) => {
        const { field } = cell.dataset;
        cell.textContent = value ? said(value[1][field], field === "main") : number ? "" : why;
      });
    }
  };
  const said = (value, asItIs = false) => {
    if (value === null) return "unknown";
    if (asItIs) return value;
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (Array.isArray(value)) return value.map((one) => said(one)).join(", ") || "none";
    return String(value).replace(/[-_]/g, " ");
  };

  let tabled = last.k;
  const showTables = () => {
    if (tabled === state.k) return;
    tabled = state.k;
    for (const table of all("[data-twin]")) {
      table.tBodies[0].replaceChildren(...JSON.parse(table.dataset.twin).flatMap((key) => rows(key)));
    }
  };
  const rows = (key) => {
    const areas = tracks[key][1].filter(([, , , k0, k1]) => k0 <= state.k && state.k <= k1);
    return areas.sort((one, other) => one[1] - other[1]).map(([value, first, until]) => {
      const row = document.createElement("tr");
      const cells = [tracks[key][0], happened[first][0], happened[until + 1]?.[0] ?? "still", values[value][0]];
      row.append(...cells.map((text, column) => cell(text, column ? "td" : "th")));
      return row;
    });
  };
  const cell = (text, name) => {
    const node = document.createElement(name);
    if (name === "th") node.scope = "row";
    node.textContent = text;
    return node;
  };

  const lines = marks.map(([record]) => $(`r-${record}`));
  const showStory = () => {
    marks.forEach(([, t, k], number) => {
      lines[number].classList.toggle("ahead", t > state.t);
      lines[number].classList.toggle("unknown", k > state.k);
      lines[number].classList.toggle("chosen", number === state.record);
    });
  };

  const showRecord = () => {
    const number = state.record ?? latest();
    const [record, t, k] = marks[number];
    const line = lines[number];
    const [raw, changed] = told.records[number];
    const notes = [...line.querySelectorAll(".note")].map((note) => note.textContent);
    $("record-where").textContent = `${number + 1} of ${marks.length}` + (k > state.k ? ", not known yet" : t > state.t ? ", still to come" : "");
    $("record-sentence").textContent = line.querySelector("a span").textContent;
    const facts = [
      ["Happened", line.querySelector("time").textContent],
      ["Known", named(known[k])],
      ...notes.map((note) => ["Note", note]),
      ["Voice", line.dataset.voice ?? "our word"],
      ["By", raw.by],
      ...changed.map(([name, before, after]) => ["Changed", `${name}: ${before} → ${after}`]),
    ];
    $("record-facts").replaceChildren(...facts.flatMap(([name, text]) => [cell(name, "dt"), cell(text, "dd")]));
    $("raw").dataset.number = number;
    if ($("raw").open) showRaw();
  };
  const showRaw = () => {
    $("raw-json").textContent = JSON.stringify(told.records[$("raw").dataset.number][0], null, 2);
  };
  const latest = () => Math.max(marks.findLastIndex(([, t, k]) => t <= state.t && k <= state.k), 0);

  const showClocks = () => {
    const [then, when] = [happened[state.t], known[state.k]];
    root.style.setProperty("--t", then[1]);
    root.style.setProperty("--k", when[1]);
    root.classList.toggle("all-known", state.k === last.k);
    const stage = at("stage")?.[0] ?? "not opened yet";
    const status = at("status")?.[0];
    const stands = status && status !== "open" ? status : stage;
    const number = (state.record ?? latest()) + 1;
    for (const [id, stop] of [["happened", then], ["known", when]]) {
      $(id).value = stop[1];
      $(id).setAttribute("aria-valuetext", `${id} ${named(stop)}, ${stands}, record ${number} of ${marks.length}`);
      $(`${id}-day`).value = stop[0];
    }
    $("instant").textContent = `${named(then)}, as known ${named(when)}: ${stands}`;
    $("linked").checked = state.linked;
    say(`${named(then)}, as known ${named(when)}, ${stands}, record ${number} of ${marks.length}`);
  };
  let saying;
  const say = (text) => {
    clearTimeout(saying);
    saying = setTimeout(() => { $("said").textContent = text; }, 300);
  };

  const showView = () => {
    for (const link of all("nav a")) {
      if (link.dataset.view === state.view) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const show = () => {
    showClocks();
    showPictures();
    showValues();
    showTables();
    showStory();
    showRecord();
    showView();
  };

  // Moving

  const toRecord = (number, more) => {
    const record = Math.min(Math.max(number, 0), marks.length - 1);
    change({ record, t: marks[record][1] }, more);
    lines[record].scrollIntoView({ block: "nearest" });
  };
  const here = () => state.record ?? latest();
  const back = () => toRecord(here() - 1);
  const on = () => toRecord(here() + 1);
  const turnBack = () => toRecord(turns.findLast((turn) => turn < here()) ?? 0);
  const turnOn = () => toRecord(turns.find((turn) => turn > here()) ?? marks.length - 1);
  const go = { back, on, "turn-back": turnBack, "turn-on": turnOn };
  const step = (stops, stop, by) => {
    const day = stops[stop][0];
    if (by > 0) {
      const next = stops.findIndex((one) => one[0] > day);
      return next < 0 ? stops.length - 1 : stops.findLastIndex((one) => one[0] === stops[next][0]);
    }
    return Math.max(stops.findLastIndex((one) => one[0] < day), 0);
  };
  const byDay = (by) => change({ t: step(happened, state.t, by), record: null });

  const keys = {
    ArrowLeft: (event) => (event.shiftKey ? turnBack() : back()),
    ArrowRight: (event) => (event.shiftKey ? turnOn() : on()),
  };
  const sliding = {
    ...keys,
    ArrowDown: keys.ArrowLeft,
    ArrowUp: keys.ArrowRight,
    PageDown: () => byDay(-1),
    PageUp: () => byDay(1),
    Home: () => change({ t: 0, record: null }),
    End: () => change({ t: last.t, record: null }),
  };
  const learning = {
    ArrowLeft: () => change({ k: Math.max(state.k - 1, 0) }),
    ArrowRight: () => change({ k: Math.min(state.k + 1, last.k) }),
    PageDown: () => change({ k: step(known, state.k, -1) }),
    PageUp: () => change({ k: step(known, state.k, 1) }),
    Home: () => change({ k: 0 }),
    End: () => change({ k: last.k }),
  };
  learning.ArrowDown = learning.ArrowLeft;
  learning.ArrowUp = learning.ArrowRight;
  const keysFor = (target) => {
    if (target.id === "known") return learning;
    if (target.id === "happened") return sliding;
    const typing = target.closest("input, select, textarea, .scroll");
    return typing ? {} : target.closest("#clocks") ? sliding : keys;
  };
  document.addEventListener("keydown", (event) => {
    const move = keysFor(event.target)[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pause();
    move(event);
  });

  for (const [id, stops, name] of [["happened", happened, "t"], ["known", known, "k"]]) {
    $(id).addEventListener("input", () => change({ [name]: nearest(stops, $(id).valueAsNumber), record: null }, { keep: true }));
    $(`${id}-day`).addEventListener("change", () => {
      if ($(`${id}-day`).value) change({ [name]: onDay(stops, $(`${id}-day`).value), record: null });
    });
    $(`${id}-day`).min = stops[0][0];
    $(`${id}-day`).max = stops.at(-1)[0];
  }
  $("linked").addEventListener("change", () => change({ linked: $("linked").checked }));
  $("raw").addEventListener("toggle", showRaw);
  const elsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#r-'], [data-go], [data-view]");
    if (!link || (link.href && elsewhere(event))) return;
    const { go: way, view } = link.dataset;
    event.preventDefault();
    pause();
    if (way) go[way]();
    else if (view) open(view, change({ view }));
    else if (place.has(recordOf(link))) toRecord(place.get(recordOf(link)));
  });
  const open = (view) => {
    $(view)?.scrollIntoView();
    $(view)?.focus({ preventScroll: true });
  };

  // Printed, everything stands there as known in the end

  window.addEventListener("beforeprint", () => {
    pause();
    state = { ...state, ...last };
    show();
  });
  window.addEventListener("afterprint", () => {
    read();
    show();
  });

  // Playing: off unless asked for, a record a beat, and it stops when nobody looks

  let playing = null;
  const pause = () => {
    clearInterval(playing);
    playing = null;
    $("play").textContent = "Play";
    $("play").setAttribute("aria-pressed", "false");
  };
  const play = () => {
    if (here() === marks.length - 1) toRecord(0);
    playing = setInterval(() => (here() < marks.length - 1 ? toRecord(here() + 1, { keep: true }) : pause()), 1200);
    $("play").textContent = "Pause";
    $("play").setAttribute("aria-pressed", "true");
  };
  $("play").addEventListener("click", () => (playing ? pause() : play()));
  $("play").addEventListener("blur", pause);
  window.addEventListener("blur", pause);

  const restore = () => {
    read();
    show();
    if (state.view) open(state.view);
    else if (state.record !== null) lines[state.record].scrollIntoView({ block: "nearest" });
  };
  window.addEventListener("popstate", restore);
  root.classList.remove("no-script");
  restore();
})();
