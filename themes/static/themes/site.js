/* Enhances elements that carry data-gs-* attributes; every page works without it. */
(() => {
  "use strict";

  document.querySelectorAll("[data-gs-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  readAloud(document.querySelector("[data-gs-reader]"), window.speechSynthesis);

  /* The page in the order it is written: parts that carry data-gs-spoken, or all of the main part. */
  function readAloud(tools, synthesis) {
    if (!tools || !synthesis || !window.SpeechSynthesisUtterance) return;
    const start = tools.querySelector("[data-gs-reader-start]");
    const stop = tools.querySelector("[data-gs-reader-stop]");
    const words = { idle: start.textContent, speaking: start.dataset.pause, paused: start.dataset.resume };
    let voice = null;
    let pieces = [];
    let next = 0;
    let turn = 0;

    const findVoice = () => {
      const voices = synthesis.getVoices();
      voice = voices.find(({ lang }) => /^zh[-_]CN/i.test(lang)) || voices.find(({ lang }) => /^(zh|cmn)\b/i.test(lang));
      tools.hidden = !voice;
    };
    const mark = (element) => {
      document.querySelectorAll("[data-gs-speaking]").forEach((old) => old.removeAttribute("data-gs-speaking"));
      if (!element) return;
      element.setAttribute("data-gs-speaking", "");
      const { top, bottom } = element.getBoundingClientRect();
      if (top < 0 || bottom > window.innerHeight) element.scrollIntoView({ block: "center" });
    };
    const show = (state) => {
      start.textContent = words[state];
      stop.hidden = state === "idle";
      tools.classList.toggle("gs-reader--active", state !== "idle");
    };
    /* Browsers lose long utterances and forget paused ones, so each piece is short and a pause keeps the place. */
    const silence = () => {
      turn += 1;
      synthesis.cancel();
    };
    const end = () => {
      silence();
      mark(null);
      next = 0;
      if (stop === document.activeElement) start.focus();
      show("idle");
    };
    const speak = () => {
      if (next >= pieces.length) return end();
      const own = turn;
      const speech = new SpeechSynthesisUtterance(pieces[next].text);
      speech.lang = voice.lang;
      speech.voice = voice;
      speech.onend = () => {
        if (own !== turn) return;
        next += 1;
        speak();
      };
      speech.onerror = () => own === turn && end();
      mark(pieces[next].element);
      return synthesis.speak(speech);
    };

    start.addEventListener("click", () => {
      if (tools.classList.contains("gs-reader--active") && start.textContent === words.speaking) {
        silence();
        return show("paused");
      }
      if (stop.hidden) pieces = piecesOf(document);
      show("speaking");
      return speak();
    });
    stop.addEventListener("click", end);
    document.addEventListener("keydown", (event) => event.key === "Escape" && !stop.hidden && end());
    window.addEventListener("pagehide", () => synthesis.cancel());
    synthesis.addEventListener("voiceschanged", findVoice);
    findVoice();
  }

  function piecesOf(page) {
    const marked = [...page.querySelectorAll("[data-gs-spoken]")];
    const pieces = [];
    (marked.length ? marked : [...page.querySelectorAll("main")]).forEach((root) => {
      let block = null;
      let text = "";
      const close = () => {
        (text.replace(/\s+/g, " ").match(/[^。！？；]{1,120}[。！？；]*/g) || []).forEach((sentence) => {
          if (/[\p{L}\p{N}]/u.test(sentence)) pieces.push({ element: block, text: sentence.trim() });
        });
        text = "";
      };
      const walker = page.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
        if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
        const isSilent = node.matches("button, script, svg, [aria-hidden=true]") || !node.getClientRects().length;
        return isSilent ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
      });
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const holder = blockOf(node.nodeType === Node.TEXT_NODE ? node.parentElement : node, root);
        if (holder !== block) {
          close();
          block = holder;
        }
        if (node.nodeType === Node.TEXT_NODE) text += node.data;
        else if (node.tagName === "IMG") text += node.alt;
      }
      close();
    });
    return pieces;
  }

  function blockOf(element, root) {
    let found = element;
    while (found !== root && window.getComputedStyle(found).display.startsWith("inline")) found = found.parentElement;
    return found;
  }

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  document.querySelectorAll("[data-gs-carousel]").forEach((carousel) => {
    const strip = carousel.querySelector("[data-gs-carousel-strip]");
    const places = [...carousel.querySelectorAll("[data-gs-carousel-place]")];
    const button = carousel.querySelector("[data-gs-carousel-pause]");
    if (!button || places.length < 2) return;
    let shown = 0;
    let isPaused = still.matches;
    let isHeld = false;
    const mark = () =>
      places.forEach((place, number) =>
        number === shown ? place.setAttribute("aria-current", "true") : place.removeAttribute("aria-current"),
      );
    const show = (number) => {
      shown = (number + places.length) % places.length;
      strip.scrollTo({ left: shown * strip.clientWidth, behavior: still.matches ? "auto" : "smooth" });
      mark();
    };
    const tell = () =>
      button.querySelectorAll("[data-gs-carousel-word]").forEach((word, number) => {
        word.hidden = isPaused ? number === 0 : number === 1;
      });
    places.forEach((place, number) =>
      place.addEventListener("click", (event) => {
        event.preventDefault();
        isPaused = true;
        tell();
        show(number);
      }),
    );
    strip.addEventListener("scrollend", () => {
      shown = Math.round(strip.scrollLeft / Math.max(strip.clientWidth, 1)) % places.length;
      mark();
    });
    ["pointerenter", "focusin"].forEach((name) => carousel.addEventListener(name, () => (isHeld = true)));
    ["pointerleave", "focusout"].forEach((name) => carousel.addEventListener(name, () => (isHeld = false)));
    button.hidden = false;
    button.addEventListener("click", () => {
      isPaused = !isPaused;
      tell();
    });
    tell();
    mark();
    window.setInterval(() => !isPaused && !isHeld && !document.hidden && show(shown + 1), 6000);
  });
})();
