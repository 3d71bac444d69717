// Runs before anything is drawn, so that nobody who chose dark sees a white flash. A plain script: modules come too late.
try {
  const theme = localStorage.getItem('dynamight.theme') ?? localStorage.getItem('dynamight.theme.box');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // storage is switched off: the theme of the device
}
