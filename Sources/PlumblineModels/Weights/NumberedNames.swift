/// Names of models that are, or were put into, an `nn.Sequential`: their modules have numbers.
enum NumberedNames {
    /// Which of them names are; `nil` for none.
    enum Kind {
        /// `nn.Sequential(*resnet.children())`, the layout of RadImageNet's ResNet-50.
        case resNet
        /// `nn.Sequential(*densenet.features.children())`; `last` is the number of the last norm.
        case denseNet(last: Int)
        /// torchvision's Swin transformer.
        case torchvisionSwin

        init?(_ names: some Collection<String>) {
            func any(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
            if any("4.0.conv1.") {
                self = .resNet
            } else if any("4.denselayer1.") {
                let numbers = names.compactMap { Int($0.prefix { $0 != "." }) }
                self = .denseNet(last: numbers.max() ?? 0)
            } else if any("features.1.0.attn.") {
                self = .torchvisionSwin
            } else {
                return nil
            }
        }
    }

    /// Our name; `nil` for a module without parameters of ours.
    static func translated(_ parts: [String], _ kind: Kind) -> String? {
        let module: String?
        let rest: ArraySlice<String>
        switch kind {
        case .resNet:
            module = Int(parts[0]).flatMap { resNet($0, isLayer: parts.count == 2) }
            rest = parts.dropFirst()
        case .denseNet(let last):
            module = Int(parts[0]).flatMap { denseNet($0, last: last) }
            rest = parts.dropFirst()
        case .torchvisionSwin: return swin(parts)
        }
        return module.map { ([$0] + rest).joined(separator: ".") }
    }

    /// Children: convolution, norm, ReLU, pooling, the stages, pooling, the head.
    private static func resNet(_ number: Int, isLayer: Bool) -> String? {
        switch number {
        case 0: "conv1"
        case 1: "bn1"
        case 4...: isLayer ? "fc" : "layer\(number - 3)"
        default: nil
        }
    }

    /// Children: convolution, norm, ReLU, pooling, then blocks and transitions by turns, a norm.
    private static func denseNet(_ number: Int, last: Int) -> String? {
        switch number {
        case 0: return "features.conv0"
        case 1: return "features.norm0"
        case last: return "features.norm5"
        case 4..<max(4, last):
            let stage = (number - 4) / 2 + 1
            return "features." + (number % 2 == 0 ? "denseblock" : "transition") + "\(stage)"
        default: return nil
        }
    }

    /// Even numbers are the embedding and the mergings, odd ones the stages.
    private static func swin(_ parts: [String]) -> String? {
        guard parts.count > 2, parts[0] == "features", let number = Int(parts[1]), number >= 0
        else {
            // The head is one layer there, and lies below "fc" in timm.
            return parts.count == 2 && parts[0] == "head"
                ? "head.fc.\(parts[1])" : parts.joined(separator: ".")
        }
        let field = parts[parts.count - 1]
        let inner = parts[2...].joined(separator: ".")
        if number == 0 {
            switch parts[2] {
            case "0": return "patch_embed.proj.\(field)"
            case "2": return "patch_embed.norm.\(field)"
            default: return nil
            }
        }
        guard number % 2 == 1 else { return "layers.\(number / 2).downsample.\(inner)" }
        let renamed = inner.replacing(".mlp.0.", with: ".mlp.fc1.")
            .replacing(".mlp.3.", with: ".mlp.fc2.")
        return "layers.\(number / 2).blocks.\(renamed)"
    }
}
