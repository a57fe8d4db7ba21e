"use strict";
// Runs in the head of a copy of the page: collects what goes wrong from the beginning, and the test's steps at the end.
const errors = [];
addEventListener("error", (event) => errors.push("error: " + (event.message || event.target?.outerHTML)), true);
addEventListener("unhandledrejection", (event) => errors.push("rejection: " + event.reason));
document.addEventListener("securitypolicyviolation", (event) => errors.push("policy: " + event.violatedDirective));
const said = console.error;
console.error = (...words) => {
  errors.push("console: " + words.join(" "));
  said(...words);
};
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
// What a reader sees: in no hidden element and in no closed fold.
const seen = (element) => element.checkVisibility();
const key = (name, target = document.body) => target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
const type = (text) => {
  one("#find").value = text;
  one("#find").dispatchEvent(new Event("input", { bubbles: true }));
};
const choose = (id, value) => {
  one(id).value = value;
  one(id).dispatchEvent(new Event("change", { bubbles: true }));
};
addEventListener("DOMContentLoaded", () => {
  let answer = null;
  try {
    answer = (() => {
      /* STEPS */
    })();
  } catch (error) {
    errors.push("driver: " + error.stack);
  }
  const bytes = new TextEncoder().encode(JSON.stringify({ errors, answer }));
  const place = document.createElement("pre");
  place.id = "driven";
  place.textContent = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  document.body.append(place);
});
