// How much of a file has been sent, on the bar of the form that sends it. Without this the bar only moves.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector("progress");
  const { lengthComputable, loaded, total } = event.detail;
  if (!bar || !lengthComputable) return;
  if (loaded < total) bar.value = loaded / total;
  else bar.removeAttribute("value");
});
