const controls = 'input, select, textarea, button, [tabindex]';

/** Brings the field of the form that carries `data-field` into view and gives it the focus. False: it is not shown. */
export function focusField(form: HTMLElement, field: string): boolean {
  const place = form.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  if (!place) return false;
  for (let at: Element | null = place; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  const all = [...place.querySelectorAll<HTMLElement>(controls)].filter((one) => !one.matches(':disabled'));
  const control = all.find((one) => one.getAttribute('aria-invalid') === 'true') ?? all[0];
  control?.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'center' });
  return true;
}
