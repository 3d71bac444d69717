import { template } from 'solid-js/web';

/** An icon from its markup, see `ui/icons.ts`. Always decorative: what it means stands beside it or in a label. */
export function drawnIcon(name: string, markup: string) {
  const drawn = template(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${markup}</svg>`,
  );
  return (props: { size?: number; class?: string }) => {
    const icon = drawn() as SVGSVGElement;
    const size = String(props.size ?? 24);
    icon.setAttribute('width', size);
    icon.setAttribute('height', size);
    icon.setAttribute('class', `lucide lucide-${name}${props.class ? ` ${props.class}` : ''}`);
    return icon;
  };
}
