/** The sign of the product: two drive bays. Decorative; the name stands beside it. */
export function Mark(props: { size?: number }) {
  return (
    <svg class="mark" width={props.size ?? 28} height={props.size ?? 28} viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-box" width="32" height="32" rx="8" />
      <rect class="mark-bay" x="7" y="8" width="18" height="7" rx="2.5" />
      <rect class="mark-bay" data-second="" x="7" y="17" width="18" height="7" rx="2.5" />
      <circle class="mark-box" cx="21" cy="11.5" r="1.5" />
      <circle class="mark-box" cx="21" cy="20.5" r="1.5" />
    </svg>
  );
}
