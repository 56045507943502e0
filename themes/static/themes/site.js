/* Enhances elements that carry data-gs-* attributes; every page works without it. */
(() => {
  "use strict";

  document.querySelectorAll("[data-gs-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  const reader = window.speechSynthesis;
  document.querySelectorAll("[data-gs-read]").forEach((button) => {
    const text = document.querySelector(button.dataset.gsRead);
    if (!reader || !text) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", "false");
    const stop = () => {
      reader.cancel();
      button.setAttribute("aria-pressed", "false");
    };
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") return stop();
      const speech = new SpeechSynthesisUtterance(text.innerText);
      speech.lang = "zh-CN";
      speech.onend = stop;
      button.setAttribute("aria-pressed", "true");
      return reader.speak(speech);
    });
    window.addEventListener("pagehide", stop);
  });
})();
