import type { ReactNode } from "react";

interface IconProps {
  readonly className?: string;
}

/** Sixteen by sixteen, strokes only, in the colour of the text around. Icons never speak alone: words stand beside. */
function Icon({ className = "size-4", children }: IconProps & { readonly children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
    >
      {children}
    </svg>
  );
}

export const OverviewIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 2.5h11v4h-11zM2.5 9.5h4.5v4H2.5zM10 9.5h3.5v4H10z" />
  </Icon>
);

export const SqlIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3" />
  </Icon>
);

export const StackIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3" />
  </Icon>
);

export const OperationsIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 4h1M3 8h1M3 12h1M6.5 4H13M6.5 8H13M6.5 12H13" />
  </Icon>
);

export const DriftIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 6c2-3 4 2 6 0s4-1 6-1M2 11h12" />
  </Icon>
);

export const SettingsIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3" />
  </Icon>
);

export const CopyIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />
  </Icon>
);

export const CheckIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 8.5l3.2 3.2L13 5" />
  </Icon>
);

export const PlusIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);

export const EyeIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" />
    <circle cx="8" cy="8" r="1.75" />
  </Icon>
);

export const ThemeIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />
  </Icon>
);
