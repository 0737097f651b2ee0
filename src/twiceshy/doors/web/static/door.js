"use strict";
// Exchanges the token behind the # of the address for a cookie, takes it out of the address, and goes in.
(async () => {
  const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
  history.replaceState(null, "", location.pathname);
  const answer = await fetch("/login", {
    method: "POST",
    headers: { "X-Twiceshy": "1", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token }),
  });
  if (answer.ok) location.replace("/");
  else document.getElementById("said").textContent = await answer.text();
})();
